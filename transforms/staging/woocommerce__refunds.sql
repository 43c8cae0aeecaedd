-- woocommerce__refunds: money given back on an order, in the order's currency.
--
-- grain   source, refund_id
-- by      refund_id
-- reads   raw_woocommerce.refunds(id as refund_id)
-- looks   currencies
-- into    refunds

select
    'woocommerce' as source,
    id as refund_id,
    'order' as paid_kind,
    parent_id as paid_id,

    'succeeded' as status,
    filled(reason) as reason,
    upper(refunds.currency) as currency,
    minor_units(amount, factor) as amount_minor,

    date_created_gmt as refunded_at,
    deleted_at

from raw_woocommerce.refunds as refunds

left join currencies on currencies.currency = upper(refunds.currency)
