-- chargebee__customers: a payer.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_chargebee.customers(id as source_id)
-- into    source_records

select
    'chargebee' as source,
    id as source_id,
    'payer' as record_type,

    coalesce(filled(first_name), filled(billing_address__first_name)) as first_name,
    coalesce(filled(last_name), filled(billing_address__last_name)) as last_name,
    cast(null as varchar) as full_name,

    coalesce(filled(email), filled(billing_address__email)) as email,
    cast(null as varchar) as other_emails,
    coalesce(filled(phone), filled(billing_address__phone)) as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    coalesce(filled(company), filled(billing_address__company)) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    concat(
        coalesce(billing_address__line1, ''),
        ' ',
        coalesce(billing_address__line2, ''),
        ' ',
        coalesce(billing_address__line3, '')
    ) as street,
    billing_address__city as city,
    coalesce(filled(billing_address__state), billing_address__state_code) as state,
    billing_address__zip as postcode,
    billing_address__country as country,
    locale as language,

    cast(null as varchar) as email_consent,
    'shopify:' || filled(meta_data__shopify_customer_id) as links,
    cast(null as varchar) as merged_into,

    created_at,
    coalesce(updated_at, created_at) as updated_at,
    deleted_at

from raw_chargebee.customers
