-- shopify__customers: a shopper with an account.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_shopify.customers(id as source_id)
-- into    source_records

select
    'shopify' as source,
    id as source_id,
    'customer' as record_type,

    first_name,
    last_name,
    -- Not display_name: Shopify shows the e-mail there where it knows no name.
    filled(default_address__name) as full_name,

    default_email_address__email_address as email,
    cast(null as varchar) as other_emails,
    coalesce(filled(default_phone_number__phone_number), filled(default_address__phone)) as phone,
    case
        when filled(default_phone_number__phone_number) is not null then default_address__phone
    end as other_phone,
    cast(null as varchar) as date_of_birth,

    default_address__company as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    concat(coalesce(default_address__address1, ''), ' ', coalesce(default_address__address2, '')) as street,
    default_address__city as city,
    default_address__province as state,
    default_address__zip as postcode,
    default_address__country_code as country,
    locale as language,

    case default_email_address__marketing_state
        when 'SUBSCRIBED' then 'opted_in'
        when 'UNSUBSCRIBED' then 'opted_out'
    end as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    created_at,
    updated_at,
    deleted_at

from raw_shopify.customers
