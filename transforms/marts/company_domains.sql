-- company_domains: each domain that people of a company write from.
--
-- A domain is a company's if somebody names a company with it, if a system keeps a company with that
-- site, or if it has several customers. One under which more than five companies are named is a provider's, whether we know it or not.
--
-- grain   domain
-- by      domain
-- reads   record_companies, company_sites
-- checks  not_null(is_company)

select
    records.domain,
    count(distinct records.customer_id) as customers_count,
    count(distinct records.name_key) as names_count,
    count(distinct records.name_key) <= 5
        and (
            count(distinct records.name_key) > 0
            or count(distinct records.customer_id) > 1
            or count(sites.domain) > 0
        ) as is_company

from record_companies as records

left join company_sites as sites on sites.domain = records.domain

where records.domain is not null

group by records.domain
