-- files__deals: a sale that somebody works on.
--
-- grain   source, deal_id
-- by      system, deal_key
-- reads   raw_files.deals(system, id as deal_key)
-- looks   currencies
-- into    deals

select
    'files' as source,
    system || ':' || id as deal_id,
    name as deal_name,
    pipeline,
    stage,

    coalesce(is_won, false) as is_won,
    coalesce(is_closed, is_won, false) as is_closed,

    upper(filled(deals.currency)) as currency,
    minor_units(deals.amount, factor) as amount_minor,

    created_at,
    closes_at,
    updated_at,
    deleted_at,

    system,
    id as deal_key

from raw_files.deals as deals

left join currencies on currencies.currency = upper(filled(deals.currency))
