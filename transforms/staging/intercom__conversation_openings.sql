-- intercom__conversation_openings: what a conversation began with; what we began is no question.
--
-- grain   source, message_id
-- by      ticket_id
-- reads   raw_intercom.conversations(id as ticket_id)
-- into    messages

select
    'intercom' as source,
    concat('conversation:', id) as message_id,
    id as ticket_id,
    case when source__delivered_as = 'customer_initiated' then 'in' else 'out' end as direction,
    case when source__delivered_as = 'customer_initiated' then md5(filled(source__body)) end as text_key,
    created_at as sent_at,
    deleted_at

from raw_intercom.conversations
