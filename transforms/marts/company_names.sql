-- company_names: each name of a company, and the one domain that all who name it write from, if it is one.
--
-- Under a name with two domains nobody can tell which is meant: subsidiaries share names.
--
-- grain   name_key
-- by      name_key
-- reads   record_companies
--         company_domains via record_companies(domain)

select
    records.name_key,
    case when count(distinct domains.domain) = 1 then min(domains.domain) end as domain,
    count(distinct domains.domain) as domains_count

from record_companies as records

left join company_domains as domains
    on domains.domain = records.domain
    and domains.is_company

where records.name_key is not null

group by records.name_key
