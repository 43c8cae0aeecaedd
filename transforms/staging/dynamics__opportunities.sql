-- dynamics__opportunities: a sale that somebody works on. State 1 is won, 2 is lost.
--
-- grain   source, deal_id
-- by      deal_id
-- reads   raw_dynamics.opportunities(opportunityid as deal_id)
-- looks   currencies
-- into    deals

select
    'dynamics' as source,
    opportunityid as deal_id,
    name as deal_name,
    cast(null as varchar) as pipeline,
    coalesce(filled(stepname), salesstage_label, cast(salesstage as varchar)) as stage,

    coalesce(statecode = 1, false) as is_won,
    coalesce(statecode in (1, 2), false) as is_closed,

    upper(filled(isocurrencycode)) as currency,
    minor_units(cast(coalesce(actualvalue, estimatedvalue) as varchar), factor) as amount_minor,

    createdon as created_at,
    coalesce(actualclosedate, estimatedclosedate) as closes_at,
    modifiedon as updated_at,
    deleted_at

from raw_dynamics.opportunities

left join currencies on currencies.currency = upper(filled(isocurrencycode))
