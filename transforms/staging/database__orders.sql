-- database__orders: an order, as somebody's database has it.
--
-- grain   source, order_id
-- by      system, order_key
-- reads   raw_database.orders(system, id as order_key)
-- looks   currencies
-- into    orders

select
    'database' as source,
    system || ':' || id as order_id,
    coalesce(system || ':' || filled(person_id), system || ':order:' || id) as source_id,
    coalesce(filled(order_number), id) as order_number,

    case
        when cancelled_at is not null or lower(status) in ('cancelled', 'canceled') then 'cancelled'
        else 'placed'
    end as status,
    lower(filled(payment_status)) as payment_status,
    lower(filled(fulfilment_status)) as fulfilment_status,
    channel,

    upper(filled(orders.currency)) as currency,
    minor_units(orders.subtotal, factor) as subtotal_minor,
    minor_units(orders.discount, factor) as discount_minor,
    minor_units(orders.shipping, factor) as shipping_minor,
    minor_units(orders.tax, factor) as tax_minor,
    minor_units(orders.total, factor) as total_minor,
    minor_units(orders.refunded, factor) as refunded_minor,

    filled(person_id) is null as is_guest,
    coalesce(is_test, false) as is_test,

    coalesce(placed_at, created_at) as placed_at,
    cancelled_at,
    updated_at,
    deleted_at,

    system,
    id as order_key

from raw_database.orders as orders

left join currencies on currencies.currency = upper(filled(orders.currency))
