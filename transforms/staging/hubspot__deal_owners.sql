-- hubspot__deal_owners: who looks after a sale. HubSpot's ids of owners.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_hubspot.deals(id as item_id)
-- into    owners

select
    'hubspot' as source,
    'deal' as fact,
    id as item_id,

    filled(properties__hubspot_owner_id) as owner_id,
    cast(null as varchar) as owner_name,
    deleted_at

from raw_hubspot.deals

where filled(properties__hubspot_owner_id) is not null
