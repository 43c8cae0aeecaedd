-- acme__customers: a customer of Acme.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_acme.customers(id as source_id)
-- into    source_records

select
    'acme' as source,
    id as source_id,
    'customer' as record_type,

    first_name,
    last_name,
    cast(null as varchar) as full_name,

    email,
    cast(null as varchar) as other_emails,
    phone,
    cast(null as varchar) as other_phone,

    cast(null as varchar) as company,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as street,
    cast(null as varchar) as city,
    cast(null as varchar) as state,
    cast(null as varchar) as postcode,
    cast(null as varchar) as country,
    cast(null as varchar) as language,

    cast(null as varchar) as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    created_at,
    updated_at,
    deleted_at

from raw_acme.customers
