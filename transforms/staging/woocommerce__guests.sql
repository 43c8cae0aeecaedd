-- woocommerce__guests: a shopper without an account, known by one order.
--
-- grain   source, source_id
-- by      order_key
-- reads   raw_woocommerce.orders(id as order_key)
-- into    source_records

select
    'woocommerce' as source,
    concat('order:', id) as source_id,
    'guest' as record_type,

    coalesce(filled(billing__first_name), filled(shipping__first_name)) as first_name,
    coalesce(filled(billing__last_name), filled(shipping__last_name)) as last_name,
    cast(null as varchar) as full_name,

    billing__email as email,
    cast(null as varchar) as other_emails,
    coalesce(filled(billing__phone), filled(shipping__phone)) as phone,
    case when filled(billing__phone) is not null then filled(shipping__phone) end as other_phone,
    cast(null as varchar) as date_of_birth,

    coalesce(filled(billing__company), filled(shipping__company)) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    case
        when filled(shipping__address_1) is not null
            then concat(shipping__address_1, ' ', coalesce(shipping__address_2, ''))
        else concat(coalesce(billing__address_1, ''), ' ', coalesce(billing__address_2, ''))
    end as street,
    coalesce(filled(shipping__city), filled(billing__city)) as city,
    coalesce(filled(shipping__state), filled(billing__state)) as state,
    coalesce(filled(shipping__postcode), filled(billing__postcode)) as postcode,
    coalesce(filled(shipping__country), filled(billing__country)) as country,
    cast(null as varchar) as language,

    cast(null as varchar) as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    date_created_gmt as created_at,
    date_modified_gmt as updated_at,
    deleted_at,
    id as order_key

from raw_woocommerce.orders

where
    coalesce(filled(customer_id), '0') = '0'
    and coalesce(status, '') not in ('auto-draft', 'checkout-draft')
    and coalesce(
        filled(billing__email), filled(billing__phone), filled(billing__last_name),
        filled(shipping__phone), filled(shipping__last_name)
    ) is not null
