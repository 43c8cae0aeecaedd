-- events__people: somebody a product or a website knows, by the last traits it told.
--
-- A visitor who turned out to be a user is merged into that user.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_events.people(id as source_id)
-- into    source_records

select
    'events' as source,
    id as source_id,
    case when filled(user_id) is not null then 'user' else 'visitor' end as record_type,

    first_name,
    last_name,
    name as full_name,

    email,
    cast(null as varchar) as other_emails,
    phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    company,
    cast(null as varchar) as company_id,
    title as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    street,
    city,
    state,
    postal_code as postcode,
    country,
    cast(null as varchar) as language,

    cast(null as varchar) as email_consent,
    cast(null as varchar) as links,
    merged_into,

    first_seen_at as created_at,
    updated_at,
    deleted_at

from raw_events.people
