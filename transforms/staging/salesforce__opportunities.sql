-- salesforce__opportunities: a sale that somebody works on.
--
-- Salesforce has no pipelines; the type of a sale is the nearest thing.
--
-- grain   source, deal_id
-- by      deal_id
-- reads   raw_salesforce.opportunities(id as deal_id)
-- looks   currencies
-- into    deals

select
    'salesforce' as source,
    id as deal_id,
    name as deal_name,
    type as pipeline,
    stage_name as stage,

    coalesce(is_won, false) as is_won,
    coalesce(is_closed, false) as is_closed,

    upper(filled(currency_iso_code)) as currency,
    minor_units(cast(amount as varchar), factor) as amount_minor,

    created_date as created_at,
    close_date as closes_at,
    system_modstamp as updated_at,
    deleted_at

from raw_salesforce.opportunities

left join currencies on currencies.currency = upper(filled(currency_iso_code))
