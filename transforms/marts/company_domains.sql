-- company_domains: each domain that people write from, and whether it is a company's.
--
-- It is if a system keeps a company with that site, or if half of its customers name one company; a
-- quarter will do if no system knows that company under another site. And of those who name any, more
-- than half must name the same: of a domain that is not in our list nobody knows whether it is a
-- provider's. Names count as the same that begin with the same word, unless there are more than five.
--
-- grain   domain
-- by      domain
-- reads   record_companies, company_sites
--         company_records via record_companies(name_key)
-- checks  not_null(is_company)

with

customers as (

    select domain, count(distinct customer_id) as customers_count
    from record_companies
    where domain is not null
    group by domain

),

homes as (

    select distinct name_key, domain from company_records where domain is not null

),

named as (

    select
        records.domain,
        split_part(records.name_key, ' ', 1) as word,
        count(distinct records.name_key) as names_count,
        count(distinct records.customer_id) as customers_count,
        count(distinct case
            when not exists (
                select 1 from homes
                where homes.name_key = records.name_key and homes.domain <> records.domain
            ) then records.customer_id
        end) as of_here_count
    from record_companies as records
    where records.domain is not null and records.name_key is not null
    group by records.domain, split_part(records.name_key, ' ', 1)

),

most as (

    select
        domain,
        max(case when names_count <= 5 then customers_count else 0 end) as agreed_count,
        max(of_here_count) as of_here_count,
        cast(sum(customers_count) as bigint) as named_count
    from named
    group by domain

)

select
    customers.domain,
    customers.customers_count,
    coalesce(most.named_count, 0) as named_count,
    coalesce(2 * most.agreed_count > most.named_count, true)
        and (
            sites.domain is not null
            or coalesce(2 * most.agreed_count >= customers.customers_count, false)
            or coalesce(4 * most.of_here_count >= customers.customers_count, false)
        ) as is_company

from customers

left join most on most.domain = customers.domain

left join company_sites as sites on sites.domain = customers.domain
