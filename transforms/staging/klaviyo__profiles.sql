-- klaviyo__profiles: a person that mails and messages are sent to.
--
-- Suppressed counts as opted out, unless it is for an address that cannot be reached.
-- `external_id` is whatever the merchant put there, by habit the shop's customer id; so it joins
-- only where the names agree.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_klaviyo.profiles(id as source_id)
-- into    source_records

select
    'klaviyo' as source,
    id as source_id,
    'profile' as record_type,

    first_name,
    last_name,
    cast(null as varchar) as full_name,

    email,
    cast(null as varchar) as other_emails,
    phone_number as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    organization as company,
    cast(null as varchar) as company_id,
    title as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    filled(concat(coalesce(location__address1, ''), ' ', coalesce(location__address2, ''))) as street,
    location__city as city,
    location__region as state,
    location__zip as postcode,
    location__country as country,
    locale as language,

    case
        when upper(subscriptions__email__marketing__consent) = 'UNSUBSCRIBED' then 'opted_out'
        when position('UNSUBSCRIBE' in subscriptions__email__marketing__suppression) > 0 then 'opted_out'
        when position('SPAM_COMPLAINT' in subscriptions__email__marketing__suppression) > 0 then 'opted_out'
        when position('USER_SUPPRESSED' in subscriptions__email__marketing__suppression) > 0 then 'opted_out'
        when upper(subscriptions__email__marketing__consent) = 'SUBSCRIBED' then 'opted_in'
    end as email_consent,
    case
        when filled(properties__shopify_customer_id) is not null
            then 'shopify:' || replace(properties__shopify_customer_id, ' ', '')
        when filled(external_id) is not null then 'shopify:' || replace(external_id, ' ', '') || '?'
    end as links,
    merged_into,

    created as created_at,
    updated as updated_at,
    deleted_at

from raw_klaviyo.profiles
