-- freshdesk__ticket_solutions: when a ticket was solved last; Freshdesk forgets it when one is opened again.
--
-- A ticket closed at once was never resolved: its end is when it was closed.
--
-- grain   source, event_id
-- by      ticket_key
-- reads   raw_freshdesk.tickets(id as ticket_key)
-- into    ticket_events

select
    'freshdesk' as source,
    concat(cast(id as varchar), ':solved') as event_id,
    cast(id as varchar) as ticket_id,
    'solved' as event_type,
    coalesce(stats__resolved_at, stats__closed_at) as occurred_at,
    deleted_at,
    cast(id as varchar) as ticket_key

from raw_freshdesk.tickets

where coalesce(stats__resolved_at, stats__closed_at) is not null
