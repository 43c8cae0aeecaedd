-- freshdesk__ticket_replies: when a ticket was first answered, as Freshdesk counts it.
--
-- grain   source, event_id
-- by      ticket_key
-- reads   raw_freshdesk.tickets(id as ticket_key)
-- into    ticket_events

select
    'freshdesk' as source,
    concat(cast(id as varchar), ':replied') as event_id,
    cast(id as varchar) as ticket_id,
    'replied' as event_type,
    stats__first_responded_at as occurred_at,
    deleted_at,
    cast(id as varchar) as ticket_key

from raw_freshdesk.tickets

where stats__first_responded_at is not null
