-- salesforce__leads: somebody who may buy one day; once converted, the contact they became.
--
-- Ids of contacts and leads begin differently, so both are source ids of one source.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_salesforce.leads(id as source_id)
-- into    source_records

select
    'salesforce' as source,
    id as source_id,
    'lead' as record_type,

    first_name,
    last_name,
    name as full_name,

    email,
    cast(null as varchar) as other_emails,
    phone,
    mobile_phone as other_phone,
    cast(null as varchar) as date_of_birth,

    company,
    cast(null as varchar) as company_id,
    title as job_title,
    cast(null as varchar) as industry,
    lead_source,
    street,
    city,
    state,
    postal_code as postcode,
    country,
    cast(null as varchar) as language,

    case when has_opted_out_of_email then 'opted_out' end as email_consent,
    'salesforce:' || filled(converted_contact_id) as links,
    merged_into,

    created_date as created_at,
    system_modstamp as updated_at,
    deleted_at

from raw_salesforce.leads
