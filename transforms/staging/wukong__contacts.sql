-- wukong__contacts: a person at a customer. Ids of contacts and leads may be the same number.
--
-- An opt-out is an answer where a custom field is kept for it; its absence is none.
--
-- grain   source, source_id
-- by      contact_id
-- reads   raw_wukong.contacts(id as contact_id)
-- into    source_records

select
    'wukong' as source,
    concat('contact:', cast(id as varchar)) as source_id,
    'contact' as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    name as full_name,

    email,
    cast(null as varchar) as other_emails,
    coalesce(filled(mobile), filled(telephone)) as phone,
    case when filled(mobile) is not null then telephone end as other_phone,
    cast(null as varchar) as date_of_birth,

    customer_name as company,
    cast(customer_id as varchar) as company_id,
    post as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    address as street,
    cast(null as varchar) as city,
    cast(null as varchar) as state,
    cast(null as varchar) as postcode,
    cast(null as varchar) as country,
    cast(null as varchar) as language,

    case when opted_out then 'opted_out' end as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    create_time as created_at,
    update_time as updated_at,
    deleted_at,
    id as contact_id

from raw_wukong.contacts
