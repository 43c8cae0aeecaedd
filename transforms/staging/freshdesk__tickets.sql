-- freshdesk__tickets: a request for help; what is taken for spam is none.
--
-- The codes of states from 6 on are the account's own: such a ticket waits for somebody.
--
-- grain   source, ticket_id
-- by      ticket_id
-- reads   raw_freshdesk.tickets(id as ticket_id)
-- into    tickets

select
    'freshdesk' as source,
    cast(id as varchar) as ticket_id,
    coalesce(cast(requester_id as varchar), concat('ticket:', cast(id as varchar))) as source_id,
    cast(company_id as varchar) as organisation_id,

    subject,
    case
        when status = 2 then 'open'
        when status = 3 then 'pending'
        when status = 4 then 'solved'
        when status = 5 then 'closed'
        when status >= 6 then 'hold'
    end as status,
    coalesce(status not in (4, 5) and deleted_at is null, false) as is_open,
    case priority
        when 1 then 'low'
        when 2 then 'normal'
        when 3 then 'high'
        when 4 then 'urgent'
    end as priority,
    case
        when source in (1, 10) then 'email'
        when source in (2, 9) then 'web'
        when source = 3 then 'phone'
        when source = 7 then 'chat'
        when source is not null then 'other'
    end as channel,

    created_at,
    updated_at,
    deleted_at

from raw_freshdesk.tickets

where not coalesce(spam, false)
