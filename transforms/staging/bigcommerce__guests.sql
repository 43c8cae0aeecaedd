-- bigcommerce__guests: a shopper without an account, known by one order.
--
-- grain   source, source_id
-- by      order_key
-- reads   raw_bigcommerce.orders(id as order_key)
-- into    source_records

select
    'bigcommerce' as source,
    concat('order:', id) as source_id,
    'guest' as record_type,

    filled(billing_address__first_name) as first_name,
    filled(billing_address__last_name) as last_name,
    cast(null as varchar) as full_name,

    billing_address__email as email,
    cast(null as varchar) as other_emails,
    filled(billing_address__phone) as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    filled(billing_address__company) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    concat(coalesce(billing_address__street_1, ''), ' ', coalesce(billing_address__street_2, '')) as street,
    billing_address__city as city,
    billing_address__state as state,
    billing_address__zip as postcode,
    coalesce(filled(billing_address__country_iso2), billing_address__country) as country,
    customer_locale as language,

    case when is_email_opt_in then 'opted_in' end as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    date_created as created_at,
    date_modified as updated_at,
    deleted_at,
    id as order_key

from raw_bigcommerce.orders

where
    coalesce(filled(customer_id), '0') = '0'
    and coalesce(status_id, '') <> '0'
    and coalesce(
        filled(billing_address__email), filled(billing_address__phone), filled(billing_address__last_name)
    ) is not null
