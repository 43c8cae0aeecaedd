-- company_sites: each domain that a company in some system has for its own.
--
-- `is_shared` if one system keeps companies of several names under it: they are subsidiaries, and stay apart.
--
-- grain   domain
-- by      domain
-- reads   company_records

with

counted as (

    select domain, source, count(distinct name_key) as names_count
    from company_records
    where domain is not null
    group by domain, source

)

select domain, max(names_count) > 1 as is_shared

from counted

group by domain
