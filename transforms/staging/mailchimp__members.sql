-- mailchimp__members: a person in one audience.
--
-- An archived member must not be written to, whatever they once agreed to; a cleaned one cannot
-- be, which says nothing about consent. The merge fields SHOPIFYID, STRIPEID and ZENDESKID hold
-- the person's id in the other systems where somebody wrote it.
--
-- grain   source, source_id
-- by      list_id, contact_id
-- reads   raw_mailchimp.members
-- into    source_records

select
    'mailchimp' as source,
    concat(list_id, '/', contact_id) as source_id,
    'subscriber' as record_type,

    merge_fields__fname as first_name,
    merge_fields__lname as last_name,
    full_name,

    email_address as email,
    cast(null as varchar) as other_emails,
    merge_fields__phone as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    coalesce(filled(merge_fields__company), filled(merge_fields__firm)) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    filled(concat(
        coalesce(merge_fields__address__addr1, ''), ' ', coalesce(merge_fields__address__addr2, '')
    )) as street,
    merge_fields__address__city as city,
    merge_fields__address__state as state,
    merge_fields__address__zip as postcode,
    coalesce(filled(merge_fields__address__country), filled(location__country_code)) as country,
    filled(language) as language,

    case
        when status = 'subscribed' then 'opted_in'
        when status in ('unsubscribed', 'archived') then 'opted_out'
    end as email_consent,
    filled(concat(
        coalesce('shopify:' || filled(replace(merge_fields__shopifyid, ' ', '')), ''),
        coalesce(' stripe:' || filled(replace(merge_fields__stripeid, ' ', '')), ''),
        coalesce(' zendesk:' || filled(replace(merge_fields__zendeskid, ' ', '')), '')
    )) as links,
    cast(null as varchar) as merged_into,

    coalesce(timestamp_signup, timestamp_opt) as created_at,
    last_changed as updated_at,
    deleted_at,
    list_id,
    contact_id

from raw_mailchimp.members
