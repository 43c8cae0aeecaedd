-- files__deal_contacts: whom a deal is with.
--
-- grain   source, deal_id, source_id
-- by      system, deal_key
-- reads   raw_files.deals(system, id as deal_key)
-- into    deal_contacts

select
    'files' as source,
    system || ':' || id as deal_id,
    system || ':' || filled(person_id) as source_id,
    deleted_at,

    system,
    id as deal_key

from raw_files.deals

where filled(person_id) is not null
