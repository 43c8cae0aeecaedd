-- identity_records: what the identity engine is told of each source record.
--
-- grain   source, source_id, ordinal
-- by      source, source_id
-- reads   all_source_records, identity_values
-- looks   identity_births
--
-- Ordinal 0 is the record itself, `record_id` its source and its id. Another e-mail or phone of
-- the same record has a row of its own under its name, `source#ordinal:source_id`, and is always
-- one with it. A deleted record takes no part, but one that was merged still leads to the record
-- it became: it is there and says nothing.

with

births as (

    select held.source, held.source_id, parsed.born
    from identity_values as held
    inner join identity_births as parsed on parsed.raw = held.raw
    where held.kind = 'birth'

),

records as (

    select
        records.source,
        records.source_id,
        deleted_at is null as is_live,
        case when deleted_at is null then filled(first_name) end as first_name,
        case when deleted_at is null then filled(last_name) end as last_name,
        case when deleted_at is null then filled(full_name) end as full_name,
        case when deleted_at is null then filled(email) end as email,
        case when deleted_at is null then filled(phone) end as phone,
        case
            when deleted_at is null then born_before(births.born, coalesce(updated_at, created_at))
        end as dob,
        case when deleted_at is null then filled(street) end as street,
        case when deleted_at is null then filled(city) end as city,
        case when deleted_at is null then filled(state) end as state,
        case when deleted_at is null then filled(postcode) end as postcode,
        case when deleted_at is null then filled(country) end as country,
        case when deleted_at is null then filled(company) end as company,
        case when deleted_at is null then filled(job_title) end as job_title
    from all_source_records as records
    left join births
        on births.source = records.source
        and births.source_id = records.source_id
    where deleted_at is null or merged_into is not null

),

others as (

    select
        held.source,
        held.source_id,
        case when held.kind = 'email' then held.ordinal else 9 end as ordinal,
        records.first_name,
        records.last_name,
        records.full_name,
        case when held.kind = 'email' then held.raw end as email,
        case when held.kind = 'phone' then held.raw end as phone,
        records.dob,
        records.country
    from identity_values as held
    inner join records
        on records.source = held.source
        and records.source_id = held.source_id
    where
        held.ordinal > 0
        and records.is_live
        and (
            (held.kind = 'email' and held.raw <> coalesce(records.email, ''))
            or (held.kind = 'phone' and held.raw <> coalesce(records.phone, ''))
        )

),

rows_of_records as (

    select
        source,
        source_id,
        0 as ordinal,
        concat(source, ':', source_id) as record_id,
        is_live,
        first_name,
        last_name,
        full_name,
        email,
        phone,
        dob,
        street,
        city,
        state,
        postcode,
        country,
        company,
        job_title
    from records

    union all

    select
        source,
        source_id,
        ordinal,
        concat(source, '#', cast(ordinal as varchar), ':', source_id) as record_id,
        true as is_live,
        first_name,
        last_name,
        full_name,
        email,
        phone,
        dob,
        cast(null as varchar) as street,
        cast(null as varchar) as city,
        cast(null as varchar) as state,
        cast(null as varchar) as postcode,
        country,
        cast(null as varchar) as company,
        cast(null as varchar) as job_title
    from others

)

select * from rows_of_records
