-- zendesk__ticket_openings: what a ticket began with; a note where an agent opened it for somebody.
--
-- grain   source, message_id
-- by      ticket_key
-- reads   raw_zendesk.tickets(id as ticket_key)
-- into    messages

select
    'zendesk' as source,
    concat('ticket:', cast(id as varchar)) as message_id,
    cast(id as varchar) as ticket_id,
    case when coalesce(submitter_id, requester_id) = requester_id then 'in' else 'note' end as direction,
    case when coalesce(submitter_id, requester_id) = requester_id then md5(filled(description)) end as text_key,
    created_at as sent_at,
    deleted_at,
    id as ticket_key

from raw_zendesk.tickets
