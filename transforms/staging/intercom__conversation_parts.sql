-- intercom__conversation_parts: what was said in a conversation; what only was done has no text.
--
-- A bot's answer is told apart: nobody has answered yet.
--
-- grain   source, message_id
-- by      conversation_key, part_key
-- reads   raw_intercom.conversation_parts(conversation_id as conversation_key, id as part_key)
-- into    messages

select
    'intercom' as source,
    concat(conversation_id, ':', id) as message_id,
    conversation_id as ticket_id,
    case
        when part_type = 'note' then 'note'
        when author__type in ('user', 'lead', 'contact') then 'in'
        when author__type = 'bot' then 'bot'
        else 'out'
    end as direction,
    case when part_type <> 'note' and author__type in ('user', 'lead', 'contact') then md5(filled(body)) end as text_key,
    created_at as sent_at,
    deleted_at,
    conversation_id as conversation_key,
    id as part_key

from raw_intercom.conversation_parts

where filled(body) is not null
