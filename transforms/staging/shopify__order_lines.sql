-- shopify__order_lines: one line of an order.
--
-- grain   source, order_line_id
-- by      order_line_id
-- reads   raw_shopify.order_lines(id as order_line_id)
-- looks   currencies
-- into    order_lines

select
    'shopify' as source,
    id as order_line_id,
    order_id,
    product_id,
    sku,
    title,

    quantity,
    upper(currency_code) as currency,
    minor_units(original_unit_price_set__shop_money__amount, factor) as unit_price_minor,
    coalesce(
        minor_units(discounted_total_set__shop_money__amount, factor),
        minor_units(original_total_set__shop_money__amount, factor)
    ) as total_minor,

    deleted_at

from raw_shopify.order_lines

left join currencies on currencies.currency = upper(currency_code)
