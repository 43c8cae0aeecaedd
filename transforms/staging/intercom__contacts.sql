-- intercom__contacts: somebody who writes to us, known (a user) or not yet (a lead).
--
-- `external_id` is whatever the merchant put there, by habit the shop's customer id; so it joins
-- only where the names agree. Intercom guesses places from addresses on the net: no address.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_intercom.contacts(id as source_id)
-- into    source_records

select
    'intercom' as source,
    id as source_id,
    case when role = 'lead' then 'lead' else 'requester' end as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    name as full_name,

    email,
    cast(null as varchar) as other_emails,
    phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    cast(null as varchar) as company,
    nullif(split_part(split_part(cast(companies as varchar), '"id":', 2), '"', 2), '') as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as street,
    cast(null as varchar) as city,
    cast(null as varchar) as state,
    cast(null as varchar) as postcode,
    cast(null as varchar) as country,
    coalesce(language_override, browser_language) as language,

    case when unsubscribed_from_emails then 'opted_out' end as email_consent,
    case
        when starts_with(external_id, 'cus_') then 'stripe:' || replace(external_id, ' ', '')
        when filled(external_id) is not null then 'shopify:' || replace(external_id, ' ', '') || '?'
    end as links,
    cast(null as varchar) as merged_into,

    created_at,
    updated_at,
    deleted_at

from raw_intercom.contacts
