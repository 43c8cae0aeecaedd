-- identity_values: every name, e-mail, phone and birth that a source record carries, as its system has it.
--
-- grain   source, source_id, kind, ordinal
-- by      source, source_id
-- reads   all_source_records
-- looks   countries
--
-- A name is its three parts (first, last, full) with a bar between, so that it is parsed once for
-- all records that write it alike. The country tells how to read a local phone number.

with

records as (

    select
        source,
        source_id,

        filled(first_name) as first_name,
        filled(last_name) as last_name,
        filled(full_name) as full_name,
        filled(email) as email,
        filled(replace(other_emails, ',', ';')) as other_emails,
        filled(phone) as phone,
        filled(other_phone) as other_phone,
        filled(date_of_birth) as date_of_birth,
        case
            when length(filled(country)) = 2 then upper(filled(country))
            else coalesce(countries.code, '')
        end as country

    from all_source_records

    left join countries on countries.name = lower(filled(country))

),

ordinals as (

    select ordinal from (values (1), (2), (3), (4), (5)) as o (ordinal)

),

held as (

    select
        source,
        source_id,
        'name' as kind,
        1 as ordinal,
        concat(coalesce(first_name, ''), '|', coalesce(last_name, ''), '|', coalesce(full_name, '')) as raw,
        '' as country
    from records
    where coalesce(first_name, last_name, full_name) is not null

    union all

    select source, source_id, 'email' as kind, 0 as ordinal, email as raw, '' as country
    from records
    where email is not null

    union all

    select
        source,
        source_id,
        'email' as kind,
        ordinals.ordinal,
        trim(split_part(other_emails, ';', ordinals.ordinal)) as raw,
        '' as country
    from records
    cross join ordinals
    where other_emails is not null and trim(split_part(other_emails, ';', ordinals.ordinal)) <> ''

    union all

    select source, source_id, 'phone' as kind, 0 as ordinal, phone as raw, country
    from records
    where phone is not null

    union all

    select source, source_id, 'phone' as kind, 1 as ordinal, other_phone as raw, country
    from records
    where other_phone is not null

    union all

    select source, source_id, 'birth' as kind, 0 as ordinal, date_of_birth as raw, '' as country
    from records
    where date_of_birth is not null

)

select * from held
