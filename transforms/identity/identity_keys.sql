-- identity_keys: what a live source record may be recognised by, and how far that goes.
--
-- grain   source, source_id, kind, value
-- by      source, source_id
-- reads   all_source_records, identity_values
-- looks   identity_emails, identity_phones, identity_names
-- checks  accepted(strength: sure, claimed, weak)
--
-- `sure`: the system's own id, and the record it was merged into. `claimed`: a personal e-mail, or
-- the id in another system that somebody wrote down; joins unless names contradict. `weak`: a
-- phone, or an id of which nobody said whose it is; joins only where names agree. Junk and role
-- values are not listed: they never join. A deleted record takes no part, but one that was merged
-- still leads to the record it became.

with

records as (

    select
        source,
        source_id,
        merged_into,
        links,
        deleted_at is null as is_live
    from all_source_records
    where deleted_at is null or merged_into is not null

),

ordinals as (

    select ordinal from (values (1), (2), (3), (4), (5), (6)) as o (ordinal)

),

names as (

    select held.source, held.source_id, parsed.given, parsed.family
    from identity_values as held
    inner join identity_names as parsed on parsed.raw = held.raw
    where held.kind = 'name'

),

links as (

    select
        records.source,
        records.source_id,
        split_part(records.links, ' ', ordinals.ordinal) as link
    from records
    cross join ordinals
    where
        records.is_live
        and records.links is not null
        and split_part(records.links, ' ', ordinals.ordinal) <> ''

),

held as (

    select
        source,
        source_id,
        'id' as kind,
        concat(source, ':', source_id) as value,
        3 as rank
    from records

    union all

    select source, source_id, 'id' as kind, concat(source, ':', merged_into) as value, 3 as rank
    from records
    where merged_into is not null

    union all

    select
        source,
        source_id,
        'id' as kind,
        replace(link, '?', '') as value,
        case when right(link, 1) = '?' then 1 else 2 end as rank
    from links

    union all

    select records.source, records.source_id, 'email' as kind, parsed.mailbox as value, 2 as rank
    from records
    inner join identity_values as held
        on held.source = records.source
        and held.source_id = records.source_id
        and held.kind = 'email'
    inner join identity_emails as parsed on parsed.raw = held.raw
    where records.is_live and parsed.status = 'personal'

    union all

    select records.source, records.source_id, 'phone' as kind, parsed.number as value, 1 as rank
    from records
    inner join identity_values as held
        on held.source = records.source
        and held.source_id = records.source_id
        and held.kind = 'phone'
    inner join identity_phones as parsed on parsed.raw = held.raw and parsed.country = held.country
    where records.is_live and parsed.status = 'good'

),

strongest as (

    select source, source_id, kind, value, max(rank) as rank
    from held
    group by source, source_id, kind, value

),

keys as (

    select
        strongest.source,
        strongest.source_id,
        strongest.kind,
        strongest.value,
        case strongest.rank when 3 then 'sure' when 2 then 'claimed' else 'weak' end as strength,
        case when records.is_live then names.given end as given,
        case when records.is_live then names.family end as family,
        records.is_live

    from strongest

    inner join records
        on records.source = strongest.source
        and records.source_id = strongest.source_id

    left join names
        on names.source = strongest.source
        and names.source_id = strongest.source_id

)

select * from keys
