-- hubspot__owners: somebody who looks after records in HubSpot, by the name colleagues know.
--
-- grain   source, owner_id
-- by      owner_id
-- reads   raw_hubspot.owners(id as owner_id)
-- into    staff

select
    'hubspot' as source,
    id as owner_id,
    filled(concat(coalesce(trim(first_name), ''), ' ', coalesce(trim(last_name), ''))) as owner_name,
    deleted_at

from raw_hubspot.owners
