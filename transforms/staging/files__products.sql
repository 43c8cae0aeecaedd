-- files__products: something that is sold.
--
-- grain   source, product_id
-- by      system, product_key
-- reads   raw_files.products(system, id as product_key)
-- looks   currencies
-- into    products

select
    'files' as source,
    system || ':' || id as product_id,
    title,
    category,
    vendor,
    sku,
    lower(status) as status,

    minor_units(products.price, factor) as price_minor,
    upper(filled(products.currency)) as currency,

    created_at,
    updated_at,
    deleted_at,

    system,
    id as product_key

from raw_files.products as products

left join currencies on currencies.currency = upper(filled(products.currency))
