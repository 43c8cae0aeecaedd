-- shopify__guests: a shopper without an account, known by one order.
--
-- An order without any contact is nobody's: a till sale makes no customer.
--
-- grain   source, source_id
-- by      order_key
-- reads   raw_shopify.orders(id as order_key)
-- into    source_records

select
    'shopify' as source,
    concat('order:', id) as source_id,
    'guest' as record_type,

    coalesce(filled(billing_address__first_name), filled(shipping_address__first_name)) as first_name,
    coalesce(filled(billing_address__last_name), filled(shipping_address__last_name)) as last_name,
    coalesce(filled(billing_address__name), filled(shipping_address__name)) as full_name,

    email,
    cast(null as varchar) as other_emails,
    coalesce(filled(phone), filled(billing_address__phone), filled(shipping_address__phone)) as phone,
    cast(null as varchar) as other_phone,
    cast(null as varchar) as date_of_birth,

    coalesce(filled(billing_address__company), filled(shipping_address__company)) as company,
    cast(null as varchar) as company_id,
    cast(null as varchar) as job_title,
    cast(null as varchar) as industry,
    cast(null as varchar) as lead_source,
    case
        when filled(shipping_address__address1) is not null
            then concat(shipping_address__address1, ' ', coalesce(shipping_address__address2, ''))
        else concat(coalesce(billing_address__address1, ''), ' ', coalesce(billing_address__address2, ''))
    end as street,
    coalesce(filled(shipping_address__city), filled(billing_address__city)) as city,
    coalesce(filled(shipping_address__province), filled(billing_address__province)) as state,
    coalesce(filled(shipping_address__zip), filled(billing_address__zip)) as postcode,
    coalesce(filled(shipping_address__country_code), filled(billing_address__country_code)) as country,
    customer_locale as language,

    case when customer_accepts_marketing then 'opted_in' end as email_consent,
    cast(null as varchar) as links,
    cast(null as varchar) as merged_into,

    created_at,
    updated_at,
    deleted_at,
    id as order_key

from raw_shopify.orders

where
    filled(customer_id) is null
    and coalesce(
        filled(email), filled(phone), filled(billing_address__name), filled(shipping_address__name),
        filled(billing_address__last_name), filled(shipping_address__last_name)
    ) is not null
