-- source_records: one person in one system, conformed, and whose customer they are.
--
-- grain   source, source_id
-- reads   all_source_records, identity_values, identities
--         all_companies via all_source_records(source, company_id)
-- looks   identity_emails, identity_phones, identity_births, countries
-- checks  not_null(record_type)
--
-- `email` is the address to write to and `phone` is E.164; what could not be read, or is junk, says
-- so in `email_status` and `phone_status`. `company` is the name that the record tells, or else that of
-- the company its system links it to: `company_id`. `country` is ISO 3166 where it was recognised.
-- `date_of_birth` is ISO, or the year alone where day and month are not told apart; null where it
-- is no date, before 1900 or later than the record itself.

with

emails as (

    select held.source, held.source_id, parsed.address, parsed.status, parsed.reason
    from identity_values as held
    inner join identity_emails as parsed on parsed.raw = held.raw
    where held.kind = 'email' and held.ordinal = 0

),

phones as (

    select held.source, held.source_id, parsed.number, parsed.status, parsed.reason
    from identity_values as held
    inner join identity_phones as parsed on parsed.raw = held.raw and parsed.country = held.country
    where held.kind = 'phone' and held.ordinal = 0

),

births as (

    select held.source, held.source_id, parsed.born
    from identity_values as held
    inner join identity_births as parsed on parsed.raw = held.raw
    where held.kind = 'birth'

),

current_ids as (

    select source, source_id, customer_id from identities where valid_to is null

),

people as (

    select
        records.source,
        records.source_id,
        current_ids.customer_id,
        records.record_type,

        filled(records.first_name) as first_name,
        filled(records.last_name) as last_name,
        coalesce(
            filled(records.full_name),
            filled(concat(coalesce(trim(records.first_name), ''), ' ', coalesce(trim(records.last_name), '')))
        ) as full_name,

        emails.address as email,
        emails.status as email_status,
        filled(emails.reason) as email_reason,
        phones.number as phone,
        phones.status as phone_status,
        filled(phones.reason) as phone_reason,
        born_before(births.born, coalesce(records.updated_at, records.created_at)) as date_of_birth,

        coalesce(filled(records.company), filled(companies.company_name)) as company,
        filled(records.company_id) as company_id,
        filled(records.job_title) as job_title,
        filled(records.industry) as industry,
        filled(records.lead_source) as lead_source,
        filled(records.street) as street,
        filled(records.city) as city,
        filled(records.state) as state,
        filled(records.postcode) as postcode,
        case
            when length(filled(records.country)) = 2 then upper(filled(records.country))
            else coalesce(countries.code, filled(records.country))
        end as country,
        filled(records.language) as language,
        records.email_consent,

        records.merged_into,
        records.created_at,
        records.updated_at,
        records.deleted_at

    from all_source_records as records

    left join emails
        on emails.source = records.source
        and emails.source_id = records.source_id

    left join phones
        on phones.source = records.source
        and phones.source_id = records.source_id

    left join births
        on births.source = records.source
        and births.source_id = records.source_id

    left join all_companies as companies
        on companies.source = records.source
        and companies.company_id = records.company_id
        and companies.deleted_at is null

    left join current_ids
        on current_ids.source = records.source
        and current_ids.source_id = records.source_id

    left join countries on countries.name = lower(filled(records.country))

)

select * from people
