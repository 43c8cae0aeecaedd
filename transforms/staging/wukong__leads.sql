-- wukong__leads: somebody who may buy one day, converted or not.
--
-- A converted lead became a customer, which is a company here: the person is found by name and
-- number, as everybody is.
--
-- grain   source, source_id
-- by      lead_id
-- reads   raw_wukong.leads(id as lead_id)
-- into    source_records

select
    'wukong' as source,
    concat('lead:', cast(id as varchar)) as source_id,
    'lead' as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    leads_name as full_name,

    email,
    cast(null as varchar) as other_emails,
    coalesce(filled(mobile), filled(telephone)) as phone,
    case when filled(mobile) is not null then telephone end as other_phone,
    cast(null as varchar) as date_of_birth,

    cast(null as varchar) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    leads.industry,
    leads.source as lead_source,
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
    id as lead_id

from raw_wukong.leads
