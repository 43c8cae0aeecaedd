-- tickets_waiting: open tickets in which nothing has happened for seven days.
--
-- grain   fact, source, item_id
-- reads   tickets, reconciled

select
    'ticket' as fact,
    tickets.source,
    tickets.ticket_id as item_id,
    tickets.customer_id,
    coalesce(tickets.updated_at, tickets.created_at) as since
from tickets
cross join reconciled
where
    tickets.deleted_at is null
    and tickets.is_open
    and coalesce(tickets.updated_at, tickets.created_at)
    <= reconciled.reconciled_at - interval '7' day
