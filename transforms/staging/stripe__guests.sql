-- stripe__guests: somebody who paid without being kept as a payer, known by one charge.
--
-- grain   source, source_id
-- by      charge_key
-- reads   raw_stripe.charges(id as charge_key)
-- into    source_records

select
    'stripe' as source,
    concat('charge:', id) as source_id,
    'guest' as record_type,

    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    coalesce(filled(billing_details__name), filled(shipping__name)) as full_name,

    coalesce(filled(billing_details__email), filled(receipt_email)) as email,
    cast(null as varchar) as other_emails,
    coalesce(filled(billing_details__phone), filled(shipping__phone)) as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    cast(null as varchar) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    concat(
        coalesce(billing_details__address__line1, ''),
        ' ',
        coalesce(billing_details__address__line2, '')
    ) as street,
    billing_details__address__city as city,
    billing_details__address__state as state,
    billing_details__address__postal_code as postcode,
    billing_details__address__country as country,
    cast(null as varchar) as language,

    cast(null as varchar) as email_consent,
    'shopify:' || filled(metadata__shopify_customer_id) as links,
    cast(null as varchar) as merged_into,

    created as created_at,
    created as updated_at,
    deleted_at,
    id as charge_key

from raw_stripe.charges

where
    filled(customer) is null
    and coalesce(
        filled(billing_details__email), filled(receipt_email), filled(billing_details__name),
        filled(billing_details__phone), filled(metadata__shopify_customer_id)
    ) is not null
