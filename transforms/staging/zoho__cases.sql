-- zoho__cases: a request for help that sales looks after.
--
-- grain   source, ticket_id
-- by      ticket_id
-- reads   raw_zoho.cases(id as ticket_id)
-- into    tickets

select
    'zoho' as source,
    id as ticket_id,
    coalesce(related_to__id, concat('case:', id)) as source_id,
    account_name__id as organisation_id,

    subject,
    status,
    coalesce(lower(status) <> 'closed' and deleted_at is null, false) as is_open,
    priority,
    case_origin as channel,

    created_time as created_at,
    modified_time as updated_at,
    deleted_at

from raw_zoho.cases
