-- bigcommerce__refunds: money given back on an order, in the order's currency.
--
-- grain   source, refund_id
-- by      refund_id
-- reads   raw_bigcommerce.refunds(id as refund_id)
-- looks   currencies
-- into    refunds

select
    'bigcommerce' as source,
    id as refund_id,
    'order' as paid_kind,
    order_id as paid_id,

    'succeeded' as status,
    filled(reason) as reason,
    upper(refunds.currency) as currency,
    minor_units(total_amount, factor) as amount_minor,

    created as refunded_at,
    deleted_at

from raw_bigcommerce.refunds as refunds

left join currencies on currencies.currency = upper(refunds.currency)
