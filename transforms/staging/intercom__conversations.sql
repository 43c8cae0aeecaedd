-- intercom__conversations: a request for help; a snoozed one waits for somebody.
--
-- grain   source, ticket_id
-- by      ticket_id
-- reads   raw_intercom.conversations(id as ticket_id)
-- into    tickets

select
    'intercom' as source,
    id as ticket_id,
    coalesce(contact_id, concat('conversation:', id)) as source_id,
    company__id as organisation_id,

    coalesce(filled(title), filled(source__subject)) as subject,
    case state when 'snoozed' then 'pending' else state end as status,
    coalesce(state in ('open', 'snoozed') and deleted_at is null, false) as is_open,
    case priority when 'priority' then 'high' when 'not_priority' then 'normal' end as priority,
    case source__type when 'conversation' then 'chat' else source__type end as channel,

    created_at,
    updated_at,
    deleted_at

from raw_intercom.conversations
