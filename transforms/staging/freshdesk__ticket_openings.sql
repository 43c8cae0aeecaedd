-- freshdesk__ticket_openings: what a ticket began with. Its text is there where descriptions are pulled.
--
-- Source 10 is a mail that we sent first.
--
-- grain   source, message_id
-- by      ticket_key
-- reads   raw_freshdesk.tickets(id as ticket_key)
-- into    messages

select
    'freshdesk' as source,
    concat('ticket:', cast(id as varchar)) as message_id,
    cast(id as varchar) as ticket_id,
    case when source = 10 then 'out' else 'in' end as direction,
    case when coalesce(source, 0) <> 10 then md5(filled(description_text)) end as text_key,
    created_at as sent_at,
    deleted_at,
    id as ticket_key

from raw_freshdesk.tickets

where not coalesce(spam, false)
