-- woocommerce__orders: an order; a basket that was never ordered is none.
--
-- An order whose payment failed is no sale, so it counts as cancelled. When it was cancelled
-- nobody writes down: its last change stands in.
--
-- grain   source, order_id
-- by      order_id
-- reads   raw_woocommerce.orders(id as order_id)
-- looks   currencies
-- into    orders

select
    'woocommerce' as source,
    id as order_id,
    coalesce(nullif(filled(customer_id), '0'), concat('order:', id)) as source_id,
    number as order_number,

    case when status in ('cancelled', 'failed') then 'cancelled' else 'placed' end as status,
    case
        when status in ('refunded', 'failed') then status
        when date_paid_gmt is null then 'pending'
        when coalesce(minor_units(refunded_total, factor), 0) > 0 then 'partially_refunded'
        else 'paid'
    end as payment_status,
    case when status = 'completed' then 'fulfilled' else 'unfulfilled' end as fulfilment_status,
    created_via as channel,

    upper(orders.currency) as currency,
    minor_units(total, factor) - coalesce(minor_units(shipping_total, factor), 0)
    - coalesce(minor_units(total_tax, factor), 0) as subtotal_minor,
    minor_units(discount_total, factor) as discount_minor,
    minor_units(shipping_total, factor) as shipping_minor,
    minor_units(total_tax, factor) as tax_minor,
    minor_units(total, factor) as total_minor,
    minor_units(refunded_total, factor) as refunded_minor,

    coalesce(filled(customer_id), '0') = '0' as is_guest,
    false as is_test,

    date_created_gmt as placed_at,
    case when status in ('cancelled', 'failed') then date_modified_gmt end as cancelled_at,
    date_modified_gmt as updated_at,
    deleted_at

from raw_woocommerce.orders as orders

left join currencies on currencies.currency = upper(orders.currency)

where coalesce(status, '') not in ('auto-draft', 'checkout-draft')
