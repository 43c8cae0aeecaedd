-- freshdesk__conversations: what was said on a ticket after it was opened; private is a note.
--
-- grain   source, message_id
-- by      ticket_key, conversation_key
-- reads   raw_freshdesk.conversations(ticket_id as ticket_key, id as conversation_key)
-- into    messages

select
    'freshdesk' as source,
    concat(cast(ticket_id as varchar), ':', cast(id as varchar)) as message_id,
    cast(ticket_id as varchar) as ticket_id,
    case when coalesce(private, false) then 'note' when incoming then 'in' else 'out' end as direction,
    case when incoming and not coalesce(private, false) then md5(filled(body_text)) end as text_key,
    created_at as sent_at,
    deleted_at,
    ticket_id as ticket_key,
    id as conversation_key

from raw_freshdesk.conversations
