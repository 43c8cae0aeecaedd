-- customer_fields: one field of the golden record: what it says, who said so and when, by which rule.
--
-- `transforms/seeds/survivorship.csv` holds the rules: newest, oldest (by when the record was made),
-- longest, most_frequent (among records), most_trusted (the first system of `trusts` that knows it).
-- Fields of one `choice` are taken together, from one record. A tie goes to the newer, then to the
-- first by source and id. What we wrote back ourselves is nobody's word. `standard` is the value on the
-- fixed list of its field: the ISO code of a country or state, the seniority of a job title, our
-- names of industries and lead sources; null where the list does not know it.
--
-- grain   customer_id, field
-- by      customer_id
-- reads   source_records
--         written_back via source_records(source, source_id)
-- looks   survivorship, standard_values, states, seniorities
-- checks  not_null(value, source, source_id, rule), accepted(rule: newest, oldest, longest, most_frequent, most_trusted)

with

records as (

    select source_records.*, coalesce(updated_at, created_at) as known_at
    from source_records
    where deleted_at is null and customer_id is not null

),

-- A valid value is better than a doubtful one under every rule: a name of two words, an address of
-- one's own rather than of a role. Junk is never offered.
offered as (

    select
        records.customer_id,
        rules.choice,
        rules.rule,
        case
            when position(concat(' ', records.source, ' ') in concat(' ', rules.trusts, ' ')) > 0
                then position(concat(' ', records.source, ' ') in concat(' ', rules.trusts, ' '))
            else 1000000
        end as distrust,
        records.source,
        records.source_id,
        records.created_at,
        records.known_at,
        case rules.choice
            when 'name' then records.full_name
            when 'email' then case when records.email_status in ('personal', 'role') then records.email end
            when 'phone' then records.phone
            when 'company' then records.company
            when 'job_title' then records.job_title
            when 'industry' then records.industry
            when 'lead_source' then records.lead_source
            when 'address' then coalesce(records.street, records.city, records.postcode)
            when 'country' then records.country
            when 'language' then records.language
        end as value,
        case
            when rules.choice = 'name' and position(' ' in records.full_name) = 0 then 2
            when rules.choice = 'email' and records.email_status = 'role' then 2
            else 1
        end as doubt
    from records
    cross join (select distinct choice, rule, trusts from survivorship) as rules

),

heard as (

    select *
    from offered
    where
        value is not null
        and not exists (
            select 1
            from written_back as echo
            where
                echo.source = offered.source
                and echo.source_id = offered.source_id
                and echo.field = case offered.choice
                    when 'name' then 'full_name'
                    when 'address' then 'street'
                    else offered.choice
                end
                and echo.value = offered.value
        )

),

votes as (

    select customer_id, choice, value, count(*) as vote_count
    from heard
    where rule = 'most_frequent'
    group by customer_id, choice, value

),

ranked as (

    select
        heard.*,
        row_number() over (
            partition by heard.customer_id, heard.choice
            order by
                doubt,
                case when rule = 'most_frequent' then -votes.vote_count end nulls last,
                case when rule = 'most_trusted' then distrust end nulls last,
                case when rule = 'longest' then -length(heard.value) end nulls last,
                case when rule = 'oldest' then created_at end nulls last,
                known_at desc nulls last,
                source,
                source_id
        ) as rn
    from heard
    left join votes
        on votes.customer_id = heard.customer_id
        and votes.choice = heard.choice
        and votes.value = heard.value

),

-- A country is the address's, where that has one; else it is chosen by itself.
told as (

    select
        chosen.customer_id,
        fields.field,
        case fields.field
            when 'full_name' then records.full_name
            when 'first_name' then records.first_name
            when 'last_name' then records.last_name
            when 'email' then records.email
            when 'phone' then records.phone
            when 'company' then records.company
            when 'job_title' then records.job_title
            when 'industry' then records.industry
            when 'lead_source' then records.lead_source
            when 'street' then records.street
            when 'city' then records.city
            when 'state' then records.state
            when 'postcode' then records.postcode
            when 'country' then records.country
            when 'language' then records.language
        end as value,
        records.country as in_country,
        chosen.source,
        chosen.source_id,
        chosen.rule,
        chosen.known_at,
        fields.choice
    from ranked as chosen
    inner join survivorship as fields on fields.choice = chosen.choice
    inner join records
        on records.customer_id = chosen.customer_id
        and records.source = chosen.source
        and records.source_id = chosen.source_id
    where chosen.rn = 1

),

settled as (

    select
        told.*,
        case when field = 'state' then in_country end as state_country,
        row_number() over (partition by customer_id, field order by choice) as rn
    from told
    where value is not null

),

titles as (

    select settled.customer_id, settled.field, min(seniorities.place) as place
    from settled
    inner join seniorities
        on position(
            concat(' ', seniorities.word, ' ')
            in concat(' ', translate(lower(settled.value), ',.;:/()&-', '         '), ' ')
        ) > 0
    where settled.field = 'job_title'
    group by settled.customer_id, settled.field

),

levels as (

    select distinct place, seniority from seniorities

),

fields as (

    select
        settled.customer_id,
        settled.field,
        settled.value,
        case settled.field
            when 'country' then case when length(settled.value) = 2 then settled.value end
            when 'state' then states.code
            when 'job_title' then levels.seniority
            else standard_values.standard
        end as standard,
        settled.source,
        settled.source_id,
        settled.rule,
        settled.known_at

    from settled

    left join states
        on states.country = settled.state_country
        and states.name = lower(settled.value)

    left join standard_values
        on standard_values.field = settled.field
        and standard_values.value = lower(settled.value)

    left join titles
        on titles.customer_id = settled.customer_id
        and titles.field = settled.field

    left join levels on levels.place = titles.place

    where settled.rn = 1

)

select * from fields
