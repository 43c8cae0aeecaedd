-- woocommerce__order_lines: one line of an order.
--
-- Line ids count through the whole shop. The unit price is before discounts and without tax.
--
-- grain   source, order_line_id
-- by      order_line_id
-- reads   raw_woocommerce.order_lines(id as order_line_id)
-- looks   currencies
-- into    order_lines

select
    'woocommerce' as source,
    id as order_line_id,
    order_id,
    nullif(product_id, '0') as product_id,
    filled(sku) as sku,
    name as title,

    quantity,
    upper(lines.currency) as currency,
    case when quantity > 0 then ratio(minor_units(subtotal, factor), quantity) end as unit_price_minor,
    minor_units(total, factor) as total_minor,

    deleted_at

from raw_woocommerce.order_lines as lines

left join currencies on currencies.currency = upper(lines.currency)
