-- freshdesk__ticket_owners: who looks after a ticket: the agent who answers, by id.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_freshdesk.tickets(id as item_id)
-- into    owners

select
    'freshdesk' as source,
    'ticket' as fact,
    cast(id as varchar) as item_id,

    cast(responder_id as varchar) as owner_id,
    cast(null as varchar) as owner_name,
    deleted_at

from raw_freshdesk.tickets

where cast(responder_id as varchar) is not null
