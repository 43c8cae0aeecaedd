-- database__guests: somebody known by one order alone.
--
-- grain   source, source_id
-- by      system, order_key
-- reads   raw_database.orders(system, id as order_key)
-- into    source_records

select
    'database' as source,
    system || ':order:' || id as source_id,
    'guest' as record_type,

    first_name,
    last_name,
    full_name,

    email,
    cast(null as varchar) as other_emails,
    phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    street,
    city,
    state,
    postcode,
    country,
    cast(null as varchar) as language,

    cast(null as varchar) as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    coalesce(placed_at, created_at) as created_at,
    updated_at,
    deleted_at,

    system,
    id as order_key

from raw_database.orders

where
    filled(person_id) is null
    and coalesce(filled(email), filled(phone), filled(full_name), filled(last_name)) is not null
