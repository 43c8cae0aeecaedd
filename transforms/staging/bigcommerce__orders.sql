-- bigcommerce__orders: an order; one that was left at the payment page (status 0) is none.
--
-- A declined order is no sale, so it counts as cancelled. When it was cancelled nobody writes down:
-- its last change stands in.
--
-- grain   source, order_id
-- by      order_id
-- reads   raw_bigcommerce.orders(id as order_id)
-- looks   currencies
-- into    orders

select
    'bigcommerce' as source,
    id as order_id,
    coalesce(nullif(filled(customer_id), '0'), concat('order:', id)) as source_id,
    id as order_number,

    case when status_id in ('5', '6') then 'cancelled' else 'placed' end as status,
    case
        when status_id = '4' then 'refunded'
        when status_id = '14' then 'partially_refunded'
        when payment_status in ('captured', 'paid') then 'paid'
        when filled(payment_status) is null then 'pending'
        else replace(lower(payment_status), ' ', '_')
    end as payment_status,
    case
        when status_id in ('2', '10') then 'fulfilled'
        when status_id = '3' then 'partially_fulfilled'
        else 'unfulfilled'
    end as fulfilment_status,
    order_source as channel,

    upper(orders.currency) as currency,
    minor_units(subtotal_ex_tax, factor) - coalesce(minor_units(discount_amount, factor), 0)
    - coalesce(minor_units(coupon_discount, factor), 0) as subtotal_minor,
    minor_units(discount_amount, factor) + coalesce(minor_units(coupon_discount, factor), 0) as discount_minor,
    minor_units(shipping_cost_ex_tax, factor) as shipping_minor,
    minor_units(total_tax, factor) as tax_minor,
    minor_units(total_inc_tax, factor) as total_minor,
    minor_units(refunded_amount, factor) as refunded_minor,

    coalesce(filled(customer_id), '0') = '0' as is_guest,
    false as is_test,

    date_created as placed_at,
    case when status_id in ('5', '6') then date_modified end as cancelled_at,
    date_modified as updated_at,
    deleted_at

from raw_bigcommerce.orders as orders

left join currencies on currencies.currency = upper(orders.currency)

where coalesce(status_id, '') <> '0'
