-- zendesk__agents: somebody who answers tickets, by the name colleagues know.
--
-- grain   source, owner_id
-- by      owner_id
-- reads   raw_zendesk.users(id as owner_id)
-- into    staff

select
    'zendesk' as source,
    cast(id as varchar) as owner_id,
    filled(name) as owner_name,
    deleted_at

from raw_zendesk.users

where role in ('agent', 'admin')
