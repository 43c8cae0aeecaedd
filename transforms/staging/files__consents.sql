-- files__consents: what somebody agreed to or refused, as somebody's files tell it.
--
-- A word that is not one of ours is taken for a no.
--
-- grain   source, consent_id
-- by      system, consent_key
-- reads   raw_files.consents(system, id as consent_key)
-- into    consents

select
    'files' as source,
    system || ':' || id as consent_id,
    coalesce(system || ':' || filled(person_id), system || ':consent:' || id) as source_id,
    coalesce(lower(filled(channel)), 'email') as channel,
    case
        when lower(status) in ('opted_in', 'pending', 'suppressed', 'permitted') then lower(status)
        else 'opted_out'
    end as state,
    filled(concat(coalesce(status, ''), ' ', coalesce(evidence, ''))) as raw_value,
    cast(null as varchar) as legal_basis,
    false as is_double_opt_in,
    coalesce(given_at, created_at) as decided_at,
    deleted_at,
    system,
    id as consent_key

from raw_files.consents

where filled(status) is not null
