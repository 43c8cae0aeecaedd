-- deals_stuck: open deals that have stood in one stage for 30 days.
--
-- A deal is in its stage since the night that first saw it there, or since it last changed at all if
-- that is longer ago.
--
-- grain   fact, source, item_id
-- reads   deals, deal_history, reconciled

with

stages as (

    select
        source,
        deal_id,
        seen_at,
        row_number() over (partition by source, deal_id order by turn desc) as place
    from deal_history

),

stood as (

    select
        deals.source,
        deals.deal_id,
        deals.customer_id,
        least(stages.seen_at, coalesce(deals.updated_at, deals.created_at)) as since
    from deals
    inner join stages
        on stages.source = deals.source
        and stages.deal_id = deals.deal_id
        and stages.place = 1
    where deals.deleted_at is null and not coalesce(deals.is_closed, false)

)

select
    'deal' as fact,
    stood.source,
    stood.deal_id as item_id,
    stood.customer_id,
    stood.since
from stood
cross join reconciled
where stood.since <= reconciled.reconciled_at - interval '30' day
