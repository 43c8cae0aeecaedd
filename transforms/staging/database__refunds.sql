-- database__refunds: money given back on an order or on a payment.
--
-- grain   source, refund_id
-- by      system, refund_key
-- reads   raw_database.refunds(system, id as refund_key)
-- looks   currencies
-- into    refunds

select
    'database' as source,
    system || ':' || id as refund_id,
    case when filled(payment_id) is not null then 'payment' else 'order' end as paid_kind,
    coalesce(system || ':' || filled(payment_id), system || ':' || filled(order_id)) as paid_id,

    coalesce(lower(filled(status)), 'succeeded') as status,
    reason,
    upper(filled(refunds.currency)) as currency,
    minor_units(refunds.amount, factor) as amount_minor,

    coalesce(refunded_at, created_at) as refunded_at,
    deleted_at,

    system,
    id as refund_key

from raw_database.refunds as refunds

left join currencies on currencies.currency = upper(filled(refunds.currency))
