-- intercom__conversation_owners: who looks after a conversation, by the id of an admin.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_intercom.conversations(id as item_id)
-- into    owners

select
    'intercom' as source,
    'ticket' as fact,
    id as item_id,

    cast(admin_assignee_id as varchar) as owner_id,
    cast(null as varchar) as owner_name,
    deleted_at

from raw_intercom.conversations

where cast(admin_assignee_id as varchar) is not null
