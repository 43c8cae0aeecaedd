-- salesforce__contacts: a person that sales or service know.
--
-- `company` is the name nobody wrote here: a contact has an account, which is a record of its own.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_salesforce.contacts(id as source_id)
-- into    source_records

select
    'salesforce' as source,
    id as source_id,
    'contact' as record_type,

    first_name,
    last_name,
    name as full_name,

    email,
    cast(null as varchar) as other_emails,
    phone,
    mobile_phone as other_phone,
    birthdate as date_of_birth,

    cast(null as varchar) as company,
    account_id as company_id,
    title as job_title,
    cast(null as varchar) as industry,
    lead_source,
    mailing_street as street,
    mailing_city as city,
    mailing_state as state,
    mailing_postal_code as postcode,
    mailing_country as country,
    cast(null as varchar) as language,

    case when has_opted_out_of_email then 'opted_out' end as email_consent,
    cast(null as varchar) as links,
    merged_into,

    created_date as created_at,
    system_modstamp as updated_at,
    deleted_at

from raw_salesforce.contacts
