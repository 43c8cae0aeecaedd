-- shopify__consents: whether a shopper wants mails, and short messages.
--
-- NOT_SUBSCRIBED is the answer of who was never asked, too: it is none.
--
-- grain   source, consent_id
-- by      customer_key
-- reads   raw_shopify.customers(id as customer_key)
-- into    consents

with

answers as (

    select
        id,
        'email' as channel,
        default_email_address__marketing_state as answer,
        default_email_address__marketing_opt_in_level as opt_in_level,
        default_email_address__marketing_updated_at as decided_at,
        deleted_at
    from raw_shopify.customers

    union all

    select
        id,
        'sms' as channel,
        default_phone_number__marketing_state as answer,
        cast(null as varchar) as opt_in_level,
        cast(null as timestamptz) as decided_at,
        deleted_at
    from raw_shopify.customers

)

select
    'shopify' as source,
    concat(id, ':', channel) as consent_id,
    id as source_id,
    channel,
    case answer
        when 'SUBSCRIBED' then 'opted_in'
        when 'PENDING' then 'pending'
        when 'INVALID' then 'suppressed'
        else 'opted_out'
    end as state,
    answer as raw_value,
    cast(null as varchar) as legal_basis,
    coalesce(opt_in_level = 'CONFIRMED_OPT_IN', false) as is_double_opt_in,
    decided_at,
    deleted_at,
    id as customer_key

from answers

where answer in ('SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING', 'INVALID', 'REDACTED')
