-- zoho__case_owners: who looks after a case.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_zoho.cases(id as item_id)
-- into    owners

select
    'zoho' as source,
    'ticket' as fact,
    id as item_id,

    filled(owner__id) as owner_id,
    filled(owner__name) as owner_name,
    deleted_at

from raw_zoho.cases

where filled(owner__id) is not null
