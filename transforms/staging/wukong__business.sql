-- wukong__business: a sale that somebody works on. It is with a customer, not with a person.
--
-- grain   source, deal_id
-- by      business_key
-- reads   raw_wukong.business(id as business_key)
-- looks   currencies
-- into    deals

select
    'wukong' as source,
    cast(id as varchar) as deal_id,
    business_name as deal_name,
    type_name as pipeline,
    status_name as stage,

    coalesce(is_end = 1, false) as is_won,
    coalesce(is_end in (1, 2, 3), false) as is_closed,

    upper(filled(business.currency)) as currency,
    minor_units(
        cast(
            case
                when money between -99999999999 and 99999999999
                    then cast(money as decimal(18, 4))
            end as varchar
        ),
        factor
    ) as amount_minor,

    create_time as created_at,
    deal_date as closes_at,
    update_time as updated_at,
    deleted_at,
    id as business_key

from raw_wukong.business as business

left join currencies on currencies.currency = upper(filled(business.currency))
