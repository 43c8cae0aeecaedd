-- refunds: money given back, on an order (in the shop) or on a payment (in billing).
--
-- grain   source, refund_id
-- reads   all_refunds
--         orders via all_refunds(source as source, paid_id as order_id)
--         payments via all_refunds(source as source, paid_id as payment_id)
-- checks  accepted(paid_kind: order, payment)

select
    refunds.source,
    refunds.refund_id,
    coalesce(orders.customer_id, payments.customer_id) as customer_id,
    refunds.paid_kind,
    refunds.paid_id,
    refunds.status,
    refunds.reason,
    coalesce(refunds.currency, orders.currency, payments.currency) as currency,
    refunds.amount_minor,
    refunds.refunded_at,
    refunds.deleted_at

from all_refunds as refunds

left join orders
    on refunds.paid_kind = 'order'
    and orders.source = refunds.source
    and orders.order_id = refunds.paid_id

left join payments
    on refunds.paid_kind = 'payment'
    and payments.source = refunds.source
    and payments.payment_id = refunds.paid_id
