-- zoho__contacts: a person that sales works with.
--
-- An opt-out is an answer, its absence is none. The three link fields hold the person's id in the
-- other systems where somebody made such fields.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_zoho.contacts(id as source_id)
-- into    source_records

select
    'zoho' as source,
    id as source_id,
    'contact' as record_type,

    first_name,
    last_name,
    full_name,

    email,
    secondary_email as other_emails,
    phone,
    mobile as other_phone,
    date_of_birth,

    account_name__name as company,
    account_name__id as company_id,
    title as job_title,
    cast(null as varchar) as industry,
    lead_source,
    mailing_street as street,
    mailing_city as city,
    mailing_state as state,
    mailing_zip as postcode,
    mailing_country as country,
    cast(null as varchar) as language,

    case when email_opt_out then 'opted_out' end as email_consent,
    filled(concat(
        coalesce('shopify:' || filled(replace(shopify_customer_id, ' ', '')), ''),
        coalesce(' stripe:' || filled(replace(stripe_customer_id, ' ', '')), ''),
        coalesce(' zendesk:' || filled(replace(zendesk_user_id, ' ', '')), '')
    )) as links,
    merged_into,

    created_time as created_at,
    modified_time as updated_at,
    deleted_at

from raw_zoho.contacts
