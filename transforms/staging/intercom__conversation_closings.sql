-- intercom__conversation_closings: when a conversation was closed, each time.
--
-- grain   source, event_id
-- by      conversation_key, part_key
-- reads   raw_intercom.conversation_parts(conversation_id as conversation_key, id as part_key)
-- into    ticket_events

select
    'intercom' as source,
    concat(conversation_id, ':', id) as event_id,
    conversation_id as ticket_id,
    'solved' as event_type,
    created_at as occurred_at,
    deleted_at,
    conversation_id as conversation_key,
    id as part_key

from raw_intercom.conversation_parts

where part_type = 'close'
