-- tickets_closed_refund_open: closed tickets of customers whose refund is still open.
--
-- The refund was asked for while the ticket was open, or up to 30 days after it was closed.
--
-- grain   fact, source, item_id
-- reads   tickets, refunds

select
    'ticket' as fact,
    tickets.source,
    tickets.ticket_id as item_id,
    tickets.customer_id,
    coalesce(tickets.updated_at, tickets.created_at) as since
from tickets
where
    tickets.deleted_at is null
    and not tickets.is_open
    and exists (
        select 1
        from refunds
        where
            refunds.customer_id = tickets.customer_id
            and refunds.deleted_at is null
            and refunds.status in ('pending', 'requires_action')
            and refunds.refunded_at >= tickets.created_at
            and refunds.refunded_at
            <= coalesce(tickets.updated_at, tickets.created_at) + interval '30' day
    )
