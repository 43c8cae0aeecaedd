-- klaviyo__consents: whether somebody wants mails, and short messages.
--
-- A suppressed address was unsubscribed, complained, or cannot be reached.
--
-- grain   source, consent_id
-- by      profile_key
-- reads   raw_klaviyo.profiles(id as profile_key)
-- into    consents

with

answers as (

    select
        id,
        'email' as channel,
        upper(subscriptions__email__marketing__consent) as answer,
        coalesce(subscriptions__email__marketing__suppression, '') as suppression,
        subscriptions__email__marketing__double_optin as is_double_opt_in,
        coalesce(
            subscriptions__email__marketing__consent_timestamp, subscriptions__email__marketing__last_updated
        ) as decided_at,
        deleted_at
    from raw_klaviyo.profiles

    union all

    select
        id,
        'sms' as channel,
        upper(subscriptions__sms__marketing__consent) as answer,
        '' as suppression,
        false as is_double_opt_in,
        subscriptions__sms__marketing__consent_timestamp as decided_at,
        deleted_at
    from raw_klaviyo.profiles

),

judged as (

    select
        answers.*,
        case
            when answer = 'UNSUBSCRIBED' then 'opted_out'
            when position('UNSUBSCRIBE' in suppression) > 0 then 'opted_out'
            when position('SPAM_COMPLAINT' in suppression) > 0 then 'opted_out'
            when position('USER_SUPPRESSED' in suppression) > 0 then 'opted_out'
            when position('BOUNCE' in suppression) > 0 then 'suppressed'
            when position('INVALID' in suppression) > 0 then 'suppressed'
            when answer = 'SUBSCRIBED' then 'opted_in'
        end as state
    from answers

)

select
    'klaviyo' as source,
    concat(id, ':', channel) as consent_id,
    id as source_id,
    channel,
    state,
    filled(concat(coalesce(answer, ''), ' ', replace(suppression, '[]', ''))) as raw_value,
    cast(null as varchar) as legal_basis,
    coalesce(is_double_opt_in, false) as is_double_opt_in,
    decided_at,
    deleted_at,
    id as profile_key

from judged

where state is not null
