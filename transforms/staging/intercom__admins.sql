-- intercom__admins: somebody who answers in Intercom, by the name colleagues know.
--
-- grain   source, owner_id
-- by      owner_id
-- reads   raw_intercom.admins(id as owner_id)
-- into    staff

select
    'intercom' as source,
    id as owner_id,
    filled(name) as owner_name,
    deleted_at

from raw_intercom.admins
