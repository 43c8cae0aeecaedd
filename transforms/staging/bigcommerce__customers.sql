-- bigcommerce__customers: a shopper with an account, with the first address they gave.
--
-- The consent is to reviews and reminders of abandoned baskets; a "no" may be one never asked.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_bigcommerce.customers(id as source_id)
-- into    source_records

select
    'bigcommerce' as source,
    id as source_id,
    'customer' as record_type,

    filled(first_name) as first_name,
    filled(last_name) as last_name,
    cast(null as varchar) as full_name,

    email,
    cast(null as varchar) as other_emails,
    coalesce(filled(phone), filled(address__phone)) as phone,
    case when filled(phone) is not null then filled(address__phone) end as other_phone,
    cast(null as varchar) as date_of_birth,

    coalesce(filled(company), filled(address__company)) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    concat(coalesce(address__address1, ''), ' ', coalesce(address__address2, '')) as street,
    address__city as city,
    address__state_or_province as state,
    address__postal_code as postcode,
    coalesce(filled(address__country_code), address__country) as country,
    cast(null as varchar) as language,

    case when accepts_product_review_abandoned_cart_emails then 'opted_in' end as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    date_created as created_at,
    date_modified as updated_at,
    deleted_at

from raw_bigcommerce.customers
