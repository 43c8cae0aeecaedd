-- hubspot__deals: a sale that somebody works on.
--
-- grain   source, deal_id
-- by      deal_id
-- reads   raw_hubspot.deals(id as deal_id)
-- looks   currencies
-- into    deals

select
    'hubspot' as source,
    id as deal_id,
    properties__dealname as deal_name,
    properties__pipeline as pipeline,
    properties__dealstage as stage,

    coalesce(
        lower(properties__hs_is_closed_won) = 'true', properties__dealstage = 'closedwon', false
    ) as is_won,
    coalesce(
        lower(properties__hs_is_closed) = 'true',
        properties__dealstage in ('closedwon', 'closedlost'),
        false
    ) as is_closed,

    upper(filled(properties__deal_currency_code)) as currency,
    minor_units(filled(properties__amount), factor) as amount_minor,

    created_at,
    case
        when regexp_matches(properties__closedate, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}')
            then cast(properties__closedate as timestamptz)
    end as closes_at,
    updated_at,
    deleted_at

from raw_hubspot.deals

left join currencies on currencies.currency = upper(filled(properties__deal_currency_code))
