-- zendesk__users: somebody who asked for help; the people who help are not customers.
--
-- `external_id` is whatever the merchant put there, by habit the shop's customer id; so it joins
-- only where the names agree. A number that users share tells nobody's identity.
--
-- grain   source, source_id
-- by      user_key
-- reads   raw_zendesk.users(id as user_key)
-- into    source_records

select
    'zendesk' as source,
    cast(id as varchar) as source_id,
    'requester' as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    name as full_name,

    email,
    cast(null as varchar) as other_emails,
    case when not coalesce(shared_phone_number, false) then phone end as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    cast(null as varchar) as company,
    cast(organization_id as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as street,
    cast(null as varchar) as city,
    cast(null as varchar) as state,
    cast(null as varchar) as postcode,
    cast(null as varchar) as country,
    locale as language,

    cast(null as varchar) as email_consent,
    case
        when starts_with(external_id, 'cus_') then 'stripe:' || replace(external_id, ' ', '')
        when filled(external_id) is not null then 'shopify:' || replace(external_id, ' ', '') || '?'
    end as links,
    cast(null as varchar) as merged_into,

    created_at,
    updated_at,
    deleted_at,
    cast(id as varchar) as user_key

from raw_zendesk.users

where coalesce(role, 'end-user') = 'end-user'
