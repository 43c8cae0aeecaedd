-- shopify__refunds: money given back on an order.
--
-- grain   source, refund_id
-- by      refund_id
-- reads   raw_shopify.refunds(id as refund_id)
-- looks   currencies
-- into    refunds

select
    'shopify' as source,
    id as refund_id,
    'order' as paid_kind,
    order_id as paid_id,

    'succeeded' as status,
    note as reason,
    upper(refunds.currency) as currency,
    minor_units(amount, factor) as amount_minor,

    coalesce(processed_at, created_at) as refunded_at,
    deleted_at

from raw_shopify.refunds as refunds

left join currencies on currencies.currency = upper(refunds.currency)
