-- zoho__deals: a sale that somebody works on.
--
-- Won and lost are known by the names that Zoho's own stages have.
--
-- grain   source, deal_id
-- by      deal_id
-- reads   raw_zoho.deals(id as deal_id)
-- looks   currencies
-- into    deals

select
    'zoho' as source,
    id as deal_id,
    deal_name,
    pipeline,
    stage,

    coalesce(lower(stage) = 'closed won', false) as is_won,
    coalesce(starts_with(lower(stage), 'closed'), false) as is_closed,

    upper(filled(deals.currency)) as currency,
    minor_units(
        cast(
            case
                when amount between -99999999999 and 99999999999
                    then cast(amount as decimal(18, 4))
            end as varchar
        ),
        factor
    ) as amount_minor,

    created_time as created_at,
    case
        when regexp_matches(closing_date, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
            then cast(concat(closing_date, ' 00:00:00+00') as timestamptz)
    end as closes_at,
    modified_time as updated_at,
    deleted_at

from raw_zoho.deals as deals

left join currencies on currencies.currency = upper(filled(deals.currency))
