-- salesforce__opportunity_owners: who looks after a sale: somebody, or a queue.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_salesforce.opportunities(id as item_id)
-- into    owners

select
    'salesforce' as source,
    'deal' as fact,
    id as item_id,

    filled(owner_id) as owner_id,
    cast(null as varchar) as owner_name,
    deleted_at

from raw_salesforce.opportunities

where filled(owner_id) is not null
