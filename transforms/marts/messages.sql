-- messages: what was said on a ticket, by whom, and in which mood; the words stay in the raw rows.
--
-- `direction` is in (the customer), out (one of us), bot, or note (nobody outside reads it). `sentiment`
-- goes from -100 to 100 and is known of what customers wrote in English; in another language it is null.
--
-- grain   source, message_id
-- reads   all_messages
--         tickets via all_messages(source, ticket_id)
--         message_tones via all_messages(text_key)
-- checks  accepted(direction: in, out, bot, note)

select
    messages.source,
    messages.message_id,
    tickets.customer_id,
    tickets.source_id,
    messages.ticket_id,
    messages.direction,
    message_tones.language,
    message_tones.sentiment,
    messages.sent_at,
    messages.deleted_at

from all_messages as messages

left join tickets
    on tickets.source = messages.source
    and tickets.ticket_id = messages.ticket_id

left join message_tones
    on message_tones.text_key = messages.text_key
