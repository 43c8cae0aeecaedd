-- zendesk__ticket_owners: who looks after a ticket: the agent it is assigned to.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_zendesk.tickets(id as item_id)
-- into    owners

select
    'zendesk' as source,
    'ticket' as fact,
    cast(id as varchar) as item_id,

    cast(assignee_id as varchar) as owner_id,
    cast(null as varchar) as owner_name,
    deleted_at

from raw_zendesk.tickets

where cast(assignee_id as varchar) is not null
