-- hubspot__contacts: a person that marketing knows.
--
-- The three link properties hold the person's id in the other systems where somebody wrote it.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_hubspot.contacts(id as source_id)
-- into    source_records

select
    'hubspot' as source,
    id as source_id,
    'contact' as record_type,

    properties__firstname as first_name,
    properties__lastname as last_name,
    cast(null as varchar) as full_name,

    properties__email as email,
    properties__hs_additional_emails as other_emails,
    properties__phone as phone,
    properties__mobilephone as other_phone,
    properties__date_of_birth as date_of_birth,

    properties__company as company,
    properties__associatedcompanyid as company_id,
    properties__jobtitle as job_title,
    cast(null as varchar) as industry,
    coalesce(filled(properties__lead_source), properties__hs_analytics_source) as lead_source,
    properties__address as street,
    properties__city as city,
    properties__state as state,
    properties__zip as postcode,
    properties__country as country,
    properties__hs_language as language,

    case when lower(properties__hs_email_optout) = 'true' then 'opted_out' end as email_consent,
    filled(concat(
        coalesce('shopify:' || filled(replace(properties__shopify_customer_id, ' ', '')), ''),
        coalesce(' stripe:' || filled(replace(properties__stripe_customer_id, ' ', '')), ''),
        coalesce(' zendesk:' || filled(replace(properties__zendesk_user_id, ' ', '')), '')
    )) as links,
    merged_into,

    created_at,
    updated_at,
    deleted_at

from raw_hubspot.contacts
