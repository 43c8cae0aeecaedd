-- order_lines: one line of an order, and whose it is.
--
-- A line of a deleted order is deleted with it.
--
-- grain   source, order_line_id
-- reads   all_order_lines
--         orders via all_order_lines(source, order_id)

select
    lines.source,
    lines.order_line_id,
    lines.order_id,
    orders.customer_id,
    lines.product_id,
    lines.sku,
    lines.title,
    lines.quantity,
    coalesce(lines.currency, orders.currency) as currency,
    lines.unit_price_minor,
    lines.total_minor,
    orders.placed_at,
    coalesce(lines.deleted_at, orders.deleted_at) as deleted_at

from all_order_lines as lines

left join orders
    on orders.source = lines.source
    and orders.order_id = lines.order_id
