-- zoho__deal_owners: who looks after a sale.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_zoho.deals(id as item_id)
-- into    owners

select
    'zoho' as source,
    'deal' as fact,
    id as item_id,

    filled(owner__id) as owner_id,
    filled(owner__name) as owner_name,
    deleted_at

from raw_zoho.deals

where filled(owner__id) is not null
