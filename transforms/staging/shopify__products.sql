-- shopify__products: something the shop sells.
--
-- The price is in the shop's currency, which a product does not tell; it is read as two decimals.
--
-- grain   source, product_id
-- by      product_id
-- reads   raw_shopify.products(id as product_id)
-- into    products

select
    'shopify' as source,
    id as product_id,
    title,
    filled(product_type) as category,
    vendor,
    sku,
    lower(status) as status,

    minor_units(price, 100) as price_minor,
    cast(null as varchar) as currency,

    created_at,
    updated_at,
    deleted_at

from raw_shopify.products
