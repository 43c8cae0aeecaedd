-- products: something that is sold.
--
-- grain   source, product_id
-- reads   all_products

select
    source,
    product_id,
    title,
    category,
    vendor,
    sku,
    status,
    price_minor,
    currency,
    created_at,
    updated_at,
    deleted_at

from all_products
