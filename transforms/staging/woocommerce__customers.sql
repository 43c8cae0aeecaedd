-- woocommerce__customers: a user of the shop's site, with the address they bill to.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_woocommerce.customers(id as source_id)
-- into    source_records

select
    'woocommerce' as source,
    id as source_id,
    'customer' as record_type,

    coalesce(filled(first_name), filled(billing__first_name)) as first_name,
    coalesce(filled(last_name), filled(billing__last_name)) as last_name,
    cast(null as varchar) as full_name,

    coalesce(filled(email), filled(billing__email)) as email,
    case when filled(email) is not null then filled(billing__email) end as other_emails,
    coalesce(filled(billing__phone), filled(shipping__phone)) as phone,
    case when filled(billing__phone) is not null then filled(shipping__phone) end as other_phone,
    cast(null as varchar) as date_of_birth,

    coalesce(filled(billing__company), filled(shipping__company)) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    case
        when filled(billing__address_1) is not null
            then concat(billing__address_1, ' ', coalesce(billing__address_2, ''))
        else concat(coalesce(shipping__address_1, ''), ' ', coalesce(shipping__address_2, ''))
    end as street,
    coalesce(filled(billing__city), filled(shipping__city)) as city,
    coalesce(filled(billing__state), filled(shipping__state)) as state,
    coalesce(filled(billing__postcode), filled(shipping__postcode)) as postcode,
    coalesce(filled(billing__country), filled(shipping__country)) as country,
    cast(null as varchar) as language,

    -- WooCommerce itself asks nobody for consent.
    cast(null as varchar) as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    date_created_gmt as created_at,
    date_modified_gmt as updated_at,
    deleted_at

from raw_woocommerce.customers
