-- customers: one person, as all systems together know them.
--
-- grain   customer_id
-- by      customer_id
-- reads   source_records
--
-- Each field is the newest that is not empty; on a tie the record that comes first by source and
-- id, so that the result never depends on row order. Name and address are each taken whole, from
-- one record; a name of two words beats a single one. An e-mail of one's own beats a role's mailbox; junk is never taken. Opting out in
-- one system is opting out. A customer whose records were all deleted is not listed.

with

records as (

    select
        source_records.*,
        coalesce(updated_at, created_at) as known_at,
        row_number() over (
            partition by customer_id
            order by coalesce(updated_at, created_at) desc nulls last, source, source_id
        ) as age
    from source_records
    where deleted_at is null and customer_id is not null

),

winners as (

    select
        records.*,
        min(
            case when position(' ' in full_name) > 0 then age when full_name is not null then age + 1000000 end
        ) over (partition by customer_id) as name_age,
        min(
            case email_status when 'personal' then age when 'role' then age + 1000000 end
        ) over (partition by customer_id) as email_age,
        min(case when phone is not null then age end) over (partition by customer_id) as phone_age,
        min(case when company is not null then age end) over (partition by customer_id) as company_age,
        min(case when job_title is not null then age end) over (partition by customer_id) as job_age,
        min(
            case when coalesce(street, city, postcode) is not null then age end
        ) over (partition by customer_id) as address_age,
        min(case when country is not null then age end) over (partition by customer_id) as country_age,
        min(case when language is not null then age end) over (partition by customer_id) as language_age
    from records

),

people as (

    select
        customer_id,

        max(case when age = name_age or age + 1000000 = name_age then full_name end) as full_name,
        max(case when age = name_age or age + 1000000 = name_age then first_name end) as first_name,
        max(case when age = name_age or age + 1000000 = name_age then last_name end) as last_name,
        max(case when age = email_age or age + 1000000 = email_age then email end) as email,
        max(case when age = phone_age then phone end) as phone,
        max(case when age = company_age then company end) as company,
        max(case when age = job_age then job_title end) as job_title,

        max(case when age = address_age then street end) as street,
        max(case when age = address_age then city end) as city,
        max(case when age = address_age then state end) as state,
        max(case when age = address_age then postcode end) as postcode,
        max(case when age = coalesce(address_age, country_age) then country end) as country,
        max(case when age = language_age then language end) as language,

        case
            when bool_or(coalesce(email_consent = 'opted_out', false)) then 'opted_out'
            when bool_or(coalesce(email_consent = 'opted_in', false)) then 'opted_in'
        end as email_consent,

        string_agg(distinct source, ',' order by source) as sources,
        count(*) as record_count,
        min(created_at) as first_seen_at,
        max(known_at) as last_seen_at

    from winners

    group by customer_id

)

select * from people
