-- zoho__leads: somebody who may buy one day; once converted, the contact they became.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_zoho.leads(id as source_id)
-- into    source_records

select
    'zoho' as source,
    id as source_id,
    'lead' as record_type,

    first_name,
    last_name,
    full_name,

    email,
    secondary_email as other_emails,
    phone,
    mobile as other_phone,
    cast(null as varchar) as date_of_birth,

    company,
    cast(null as varchar) as company_id,
    designation as job_title,
    cast(null as varchar) as industry,
    lead_source,
    street,
    city,
    state,
    zip_code as postcode,
    country,
    cast(null as varchar) as language,

    case when email_opt_out then 'opted_out' end as email_consent,
    cast(null as varchar) as links,
    coalesce(merged_into, converted_contact__id) as merged_into,

    created_time as created_at,
    modified_time as updated_at,
    deleted_at

from raw_zoho.leads
