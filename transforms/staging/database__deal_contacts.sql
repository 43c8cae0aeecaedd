-- database__deal_contacts: whom a deal is with.
--
-- grain   source, deal_id, source_id
-- by      system, deal_key
-- reads   raw_database.deals(system, id as deal_key)
-- into    deal_contacts

select
    'database' as source,
    system || ':' || id as deal_id,
    system || ':' || filled(person_id) as source_id,
    deleted_at,

    system,
    id as deal_key

from raw_database.deals

where filled(person_id) is not null
