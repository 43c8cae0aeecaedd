-- orders: one order, and whose it is. Deleted orders stay, with `deleted_at`.
--
-- `is_counted`: it is a sale. Cancelled, voided, expired, test and deleted orders are none, nor is one
-- without a currency or a total.
--
-- grain   source, order_id
-- reads   all_orders
--         identities via all_orders(source, source_id)
-- checks  accepted(status: placed, cancelled), not_null(is_counted)

select
    orders.source,
    orders.order_id,
    identities.customer_id,
    orders.source_id,
    orders.order_number,
    orders.status,
    orders.payment_status,
    orders.fulfilment_status,
    orders.channel,
    orders.currency,
    orders.subtotal_minor,
    orders.discount_minor,
    orders.shipping_minor,
    orders.tax_minor,
    orders.total_minor,
    orders.refunded_minor,
    orders.is_guest,
    orders.is_test,
    coalesce(
        orders.deleted_at is null
        and not orders.is_test
        and orders.status = 'placed'
        and coalesce(orders.payment_status, '') not in ('voided', 'expired')
        and orders.currency is not null
        and orders.total_minor >= 0,
        false
    ) as is_counted,
    orders.placed_at,
    orders.cancelled_at,
    orders.updated_at,
    orders.deleted_at

from all_orders as orders

left join identities
    on identities.source = orders.source
    and identities.source_id = orders.source_id
    and identities.valid_to is null
