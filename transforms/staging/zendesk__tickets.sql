-- zendesk__tickets: a request for help.
--
-- grain   source, ticket_id
-- by      ticket_id
-- reads   raw_zendesk.tickets(id as ticket_id)
-- into    tickets

select
    'zendesk' as source,
    cast(id as varchar) as ticket_id,
    coalesce(cast(requester_id as varchar), concat('ticket:', cast(id as varchar))) as source_id,
    cast(organization_id as varchar) as organisation_id,

    subject,
    status,
    coalesce(status in ('new', 'open', 'pending', 'hold') and deleted_at is null, false) as is_open,
    priority,
    via__channel as channel,

    created_at,
    updated_at,
    deleted_at

from raw_zendesk.tickets
