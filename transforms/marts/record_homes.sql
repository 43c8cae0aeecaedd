-- record_homes: where each live source record's person may be at home: their address, and their phone.
--
-- Records that name a company tell of work and not of a home. An address counts with its street and
-- its postcode. Both are written as an id only.
--
-- grain   source, source_id
-- by      source, source_id
-- reads   source_records

with

told as (

    select
        source,
        source_id,
        customer_id,
        nullif(trim(regexp_replace(lower(street), '[ .,;:#/-]+', ' ', 'g')), '') as street,
        nullif(regexp_replace(lower(postcode), '[^0-9a-z]', '', 'g'), '') as postcode,
        coalesce(country, '') as country,
        phone
    from source_records
    where deleted_at is null and customer_id is not null and company is null

)

select
    source,
    source_id,
    customer_id,
    case
        when street is not null and postcode is not null
            then concat('h', substring(md5(concat(street, '|', postcode, '|', country)), 1, 12))
    end as address_home,
    case when phone is not null then concat('h', substring(md5(phone), 1, 12)) end as phone_home

from told

where phone is not null or (street is not null and postcode is not null)
