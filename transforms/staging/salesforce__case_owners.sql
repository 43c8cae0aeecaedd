-- salesforce__case_owners: who looks after a case: somebody, or a queue.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_salesforce.cases(id as item_id)
-- into    owners

select
    'salesforce' as source,
    'ticket' as fact,
    id as item_id,

    filled(owner_id) as owner_id,
    cast(null as varchar) as owner_name,
    deleted_at

from raw_salesforce.cases

where filled(owner_id) is not null
