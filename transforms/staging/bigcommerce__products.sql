-- bigcommerce__products: something the store sells. Its brand is only told by number.
--
-- The price is in the store's currency, which a product does not tell; it is read as two decimals.
--
-- grain   source, product_id
-- by      product_id
-- reads   raw_bigcommerce.products(id as product_id)
-- into    products

select
    'bigcommerce' as source,
    id as product_id,
    name as title,
    cast(null as varchar) as category,
    cast(null as varchar) as vendor,
    filled(sku) as sku,
    case when is_visible then 'active' else 'draft' end as status,

    minor_units(price, 100) as price_minor,
    cast(null as varchar) as currency,

    date_created as created_at,
    date_modified as updated_at,
    deleted_at

from raw_bigcommerce.products
