-- company_domains: each domain that people of a company write from.
--
-- A domain is a company's if somebody names a company with it, or if it has several customers. One
-- under which more than five companies are named is a provider's, whether we know it or not.
--
-- grain   domain
-- by      domain
-- reads   record_companies
-- checks  not_null(is_company)

select
    domain,
    count(distinct customer_id) as customers_count,
    count(distinct name_key) as names_count,
    count(distinct name_key) <= 5
        and (count(distinct name_key) > 0 or count(distinct customer_id) > 1) as is_company

from record_companies

where domain is not null

group by domain
