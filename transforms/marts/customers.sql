-- customers: one person, as all systems together know them.
--
-- The golden record: the values of customer_fields side by side, so that each can be traced.
-- `state_code`, `seniority`, `industry` and `lead_source` are on fixed lists; what these do not know
-- is in customer_fields and counted in unmapped_values. A customer whose records were all deleted
-- is not listed.
--
-- grain   customer_id
-- by      customer_id
-- reads   source_records, customer_fields, customer_consents

with

records as (

    select
        customer_id,
        string_agg(distinct source, ',' order by source) as sources,
        count(*) as record_count,
        min(created_at) as first_seen_at,
        max(coalesce(updated_at, created_at)) as last_seen_at
    from source_records
    where deleted_at is null and customer_id is not null
    group by customer_id

),

fields as (

    select
        customer_id,
        max(case when field = 'full_name' then value end) as full_name,
        max(case when field = 'first_name' then value end) as first_name,
        max(case when field = 'last_name' then value end) as last_name,
        max(case when field = 'email' then value end) as email,
        max(case when field = 'phone' then value end) as phone,
        max(case when field = 'company' then value end) as company,
        max(case when field = 'job_title' then value end) as job_title,
        max(case when field = 'job_title' then standard end) as seniority,
        max(case when field = 'industry' then standard end) as industry,
        max(case when field = 'lead_source' then standard end) as lead_source,
        max(case when field = 'street' then value end) as street,
        max(case when field = 'city' then value end) as city,
        max(case when field = 'state' then value end) as state,
        max(case when field = 'state' then standard end) as state_code,
        max(case when field = 'postcode' then value end) as postcode,
        max(case when field = 'country' then value end) as country,
        max(case when field = 'language' then value end) as language
    from customer_fields
    group by customer_id

),

people as (

    select
        records.customer_id,
        fields.full_name,
        fields.first_name,
        fields.last_name,
        fields.email,
        fields.phone,
        fields.company,
        fields.job_title,
        fields.seniority,
        fields.industry,
        fields.lead_source,
        fields.street,
        fields.city,
        fields.state,
        fields.state_code,
        fields.postcode,
        fields.country,
        fields.language,
        consents.state as email_consent,
        records.sources,
        records.record_count,
        records.first_seen_at,
        records.last_seen_at

    from records

    left join fields on fields.customer_id = records.customer_id

    left join customer_consents as consents
        on consents.customer_id = records.customer_id
        and consents.channel = 'email'

)

select * from people
