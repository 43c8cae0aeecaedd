-- tickets: a request for help, and whose it is.
--
-- grain   source, ticket_id
-- reads   all_tickets
--         identities via all_tickets(source, source_id)

select
    tickets.source,
    tickets.ticket_id,
    identities.customer_id,
    tickets.source_id,
    tickets.organisation_id,
    tickets.subject,
    tickets.status,
    tickets.is_open,
    tickets.priority,
    tickets.channel,
    tickets.created_at,
    tickets.updated_at,
    tickets.deleted_at

from all_tickets as tickets

left join identities
    on identities.source = tickets.source
    and identities.source_id = tickets.source_id
    and identities.valid_to is null
