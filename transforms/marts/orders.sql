-- orders: one order, and whose it is. Deleted orders stay, with `deleted_at`.
--
-- grain   source, order_id
-- reads   all_orders
--         identities via all_orders(source, source_id)
-- checks  accepted(status: placed, cancelled)

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
    orders.placed_at,
    orders.cancelled_at,
    orders.updated_at,
    orders.deleted_at

from all_orders as orders

left join identities
    on identities.source = orders.source
    and identities.source_id = orders.source_id
    and identities.valid_to is null
