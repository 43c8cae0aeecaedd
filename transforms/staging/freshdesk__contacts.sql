-- freshdesk__contacts: somebody who asked for help; agents are in a list of their own.
--
-- `unique_external_id` is whatever the merchant put there, by habit the shop's customer id; so it
-- joins only where the names agree.
--
-- grain   source, source_id
-- by      contact_key
-- reads   raw_freshdesk.contacts(id as contact_key)
-- into    source_records

select
    'freshdesk' as source,
    cast(id as varchar) as source_id,
    'requester' as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    name as full_name,

    email,
    filled(translate(other_emails, '[]"', '')) as other_emails,
    phone,
    mobile as other_phone,
    cast(null as varchar) as date_of_birth,

    cast(null as varchar) as company,
    cast(company_id as varchar) as company_id,
    job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    address as street,
    cast(null as varchar) as city,
    cast(null as varchar) as state,
    cast(null as varchar) as postcode,
    cast(null as varchar) as country,
    language,

    cast(null as varchar) as email_consent,
    case
        when starts_with(unique_external_id, 'cus_')
            then 'stripe:' || replace(unique_external_id, ' ', '')
        when filled(unique_external_id) is not null
            then 'shopify:' || replace(unique_external_id, ' ', '') || '?'
    end as links,
    cast(merged_into as varchar) as merged_into,

    created_at,
    updated_at,
    deleted_at,
    cast(id as varchar) as contact_key

from raw_freshdesk.contacts
