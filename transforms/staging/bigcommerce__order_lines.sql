-- bigcommerce__order_lines: one line of an order, without tax, less what was taken off it.
--
-- Line ids count through the whole store.
--
-- grain   source, order_line_id
-- by      order_line_id
-- reads   raw_bigcommerce.order_lines(id as order_line_id)
-- looks   currencies
-- into    order_lines

select
    'bigcommerce' as source,
    id as order_line_id,
    order_id,
    nullif(product_id, '0') as product_id,
    filled(sku) as sku,
    name as title,

    quantity,
    upper(lines.currency) as currency,
    minor_units(price_ex_tax, factor) as unit_price_minor,
    minor_units(total_ex_tax, factor) - coalesce(minor_units(discount_total, factor), 0) as total_minor,

    deleted_at

from raw_bigcommerce.order_lines as lines

left join currencies on currencies.currency = upper(lines.currency)
