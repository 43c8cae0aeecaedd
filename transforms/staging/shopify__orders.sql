-- shopify__orders: an order, in the shop's own currency.
--
-- grain   source, order_id
-- by      order_id
-- reads   raw_shopify.orders(id as order_id)
-- looks   currencies
-- into    orders

select
    'shopify' as source,
    id as order_id,
    coalesce(filled(customer_id), concat('order:', id)) as source_id,
    name as order_number,

    case when cancelled_at is not null then 'cancelled' else 'placed' end as status,
    lower(display_financial_status) as payment_status,
    lower(display_fulfillment_status) as fulfilment_status,
    source_name as channel,

    upper(currency_code) as currency,
    minor_units(subtotal_price_set__shop_money__amount, factor) as subtotal_minor,
    minor_units(total_discounts_set__shop_money__amount, factor) as discount_minor,
    minor_units(total_shipping_price_set__shop_money__amount, factor) as shipping_minor,
    minor_units(total_tax_set__shop_money__amount, factor) as tax_minor,
    minor_units(total_price_set__shop_money__amount, factor) as total_minor,
    minor_units(total_refunded_set__shop_money__amount, factor) as refunded_minor,

    filled(customer_id) is null as is_guest,
    coalesce(test, false) as is_test,

    coalesce(processed_at, created_at) as placed_at,
    cancelled_at,
    updated_at,
    deleted_at

from raw_shopify.orders

left join currencies on currencies.currency = upper(currency_code)
