-- database__payments: money that was taken, as somebody's database has it.
--
-- Where nothing tells its state it was taken: a list of payments is of those that came.
--
-- grain   source, payment_id
-- by      system, payment_key
-- reads   raw_database.payments(system, id as payment_key)
-- looks   currencies
-- into    payments

select
    'database' as source,
    system || ':' || id as payment_id,
    coalesce(system || ':' || filled(person_id), system || ':payment:' || id) as source_id,
    system || ':' || filled(order_id) as order_ref,

    coalesce(lower(filled(status)), 'succeeded') as status,
    method,

    upper(filled(payments.currency)) as currency,
    minor_units(payments.amount, factor) as amount_minor,
    minor_units(payments.refunded, factor) as refunded_minor,
    coalesce(is_disputed, false) as is_disputed,

    coalesce(paid_at, created_at) as paid_at,
    deleted_at,

    system,
    id as payment_key

from raw_database.payments as payments

left join currencies on currencies.currency = upper(filled(payments.currency))
