-- freshdesk__agents: somebody who answers tickets, by the name colleagues know.
--
-- grain   source, owner_id
-- by      owner_id
-- reads   raw_freshdesk.agents(id as owner_id)
-- into    staff

select
    'freshdesk' as source,
    cast(id as varchar) as owner_id,
    filled(contact__name) as owner_name,
    deleted_at

from raw_freshdesk.agents
