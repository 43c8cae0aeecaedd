-- woocommerce__products: something the shop sells.
--
-- The price is in the shop's currency, which a product does not tell; it is read as two decimals.
--
-- grain   source, product_id
-- by      product_id
-- reads   raw_woocommerce.products(id as product_id)
-- into    products

select
    'woocommerce' as source,
    id as product_id,
    name as title,
    category,
    brand as vendor,
    filled(sku) as sku,
    case status when 'publish' then 'active' when 'private' then 'archived' else status end as status,

    minor_units(price, 100) as price_minor,
    cast(null as varchar) as currency,

    date_created_gmt as created_at,
    date_modified_gmt as updated_at,
    deleted_at

from raw_woocommerce.products
