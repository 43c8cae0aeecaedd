-- identity_claims: which other record a source record says it is, or became.
--
-- grain   source, source_id, claimed
-- by      source, source_id
-- reads   all_source_records, identity_values
-- looks   identity_names
-- checks  accepted(strength: sure, claimed, weak)
--
-- `claimed` is a source and an id. `sure`: the record it was merged into. `claimed`: the id in
-- another system, in a field made for it; holds unless names contradict. `weak`: an id of which
-- nobody said whose it is; holds only where names agree.

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

told as (

    select source, source_id, concat(source, ':', merged_into) as claimed, 3 as rank
    from records
    where merged_into is not null

    union all

    select
        source,
        source_id,
        replace(link, '?', '') as claimed,
        case when right(link, 1) = '?' then 1 else 2 end as rank
    from links

),

strongest as (

    select source, source_id, claimed, max(rank) as rank
    from told
    where claimed <> concat(source, ':', source_id)
    group by source, source_id, claimed

),

claims as (

    select
        strongest.source,
        strongest.source_id,
        strongest.claimed,
        concat(strongest.source, ':', strongest.source_id) as record_id,
        case strongest.rank when 3 then 'sure' when 2 then 'claimed' else 'weak' end as strength,
        case when records.is_live then names.given end as given,
        case when records.is_live then names.family end as family

    from strongest

    inner join records
        on records.source = strongest.source
        and records.source_id = strongest.source_id

    left join names
        on names.source = strongest.source
        and names.source_id = strongest.source_id

)

select * from claims
