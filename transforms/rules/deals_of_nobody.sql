-- deals_of_nobody: open deals with nobody: no contact of theirs is known.
--
-- grain   fact, source, item_id
-- reads   deals

select
    'deal' as fact,
    source,
    deal_id as item_id,
    customer_id,
    created_at as since
from deals
where deleted_at is null and not coalesce(is_closed, false) and customer_id is null
