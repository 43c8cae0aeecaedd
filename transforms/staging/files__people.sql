-- files__people: a person, as somebody's files tell it.
--
-- grain   source, source_id
-- by      system, person_key
-- reads   raw_files.people(system, id as person_key)
-- into    source_records

select
    'files' as source,
    system || ':' || id as source_id,
    'person' as record_type,

    first_name,
    last_name,
    full_name,

    email,
    other_emails,
    phone,
    other_phone,
    date_of_birth,

    company,
    system || ':' || filled(company_id) as company_id,
    job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    street,
    city,
    state,
    postcode,
    country,
    language,

    case when lower(filled(email_consent)) in ('opted_in', 'opted_out') then lower(filled(email_consent)) end as email_consent,
    links,
    system || ':' || filled(merged_into) as merged_into,

    created_at,
    updated_at,
    deleted_at,

    system,
    id as person_key

from raw_files.people
