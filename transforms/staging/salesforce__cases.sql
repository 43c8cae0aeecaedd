-- salesforce__cases: something a contact needs, and how it stands.
--
-- grain   source, ticket_id
-- by      ticket_id
-- reads   raw_salesforce.cases(id as ticket_id)
-- into    tickets

select
    'salesforce' as source,
    id as ticket_id,
    coalesce(contact_id, concat('ticket:', id)) as source_id,
    account_id as organisation_id,

    subject,
    lower(status) as status,
    coalesce(not is_closed, true) and deleted_at is null as is_open,
    lower(priority) as priority,
    lower(origin) as channel,

    created_date as created_at,
    system_modstamp as updated_at,
    deleted_at

from raw_salesforce.cases
