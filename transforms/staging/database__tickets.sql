-- database__tickets: a request for help.
--
-- grain   source, ticket_id
-- by      system, ticket_key
-- reads   raw_database.tickets(system, id as ticket_key)
-- into    tickets

select
    'database' as source,
    system || ':' || id as ticket_id,
    coalesce(system || ':' || filled(person_id), system || ':ticket:' || id) as source_id,
    system || ':' || filled(company_id) as organisation_id,

    subject,
    lower(filled(status)) as status,
    coalesce(is_open, lower(status) in ('new', 'open', 'pending', 'hold'), false) and deleted_at is null as is_open,
    priority,
    channel,

    created_at,
    updated_at,
    deleted_at,

    system,
    id as ticket_key

from raw_database.tickets
