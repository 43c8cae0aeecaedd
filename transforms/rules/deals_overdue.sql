-- deals_overdue: open deals whose closing date has passed.
--
-- grain   fact, source, item_id
-- reads   deals, reconciled

select
    'deal' as fact,
    deals.source,
    deals.deal_id as item_id,
    deals.customer_id,
    deals.closes_at as since
from deals
cross join reconciled
where
    deals.deleted_at is null
    and not coalesce(deals.is_closed, false)
    and deals.closes_at < reconciled.reconciled_at - interval '1' day
