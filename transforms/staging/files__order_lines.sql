-- files__order_lines: one line of an order.
--
-- grain   source, order_line_id
-- by      system, order_line_key
-- reads   raw_files.order_lines(system, id as order_line_key)
-- looks   currencies
-- into    order_lines

select
    'files' as source,
    system || ':' || id as order_line_id,
    system || ':' || filled(order_id) as order_id,
    system || ':' || filled(product_id) as product_id,
    sku,
    title,

    quantity,
    upper(filled(order_lines.currency)) as currency,
    minor_units(order_lines.unit_price, factor) as unit_price_minor,
    coalesce(minor_units(order_lines.total, factor), quantity * minor_units(order_lines.unit_price, factor)) as total_minor,

    deleted_at,

    system,
    id as order_line_key

from raw_files.order_lines as order_lines

left join currencies on currencies.currency = upper(filled(order_lines.currency))
