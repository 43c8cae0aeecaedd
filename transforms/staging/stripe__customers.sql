-- stripe__customers: a payer.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_stripe.customers(id as source_id)
-- into    source_records

select
    'stripe' as source,
    id as source_id,
    'payer' as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    coalesce(filled(individual_name), filled(name), filled(shipping__name)) as full_name,

    email,
    cast(null as varchar) as other_emails,
    coalesce(filled(phone), filled(shipping__phone)) as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    business_name as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    concat(coalesce(address__line1, ''), ' ', coalesce(address__line2, '')) as street,
    address__city as city,
    address__state as state,
    address__postal_code as postcode,
    address__country as country,
    cast(null as varchar) as language,

    cast(null as varchar) as email_consent,
    'shopify:' || filled(metadata__shopify_customer_id) as links,
    cast(null as varchar) as merged_into,

    created as created_at,
    created as updated_at,
    deleted_at

from raw_stripe.customers
