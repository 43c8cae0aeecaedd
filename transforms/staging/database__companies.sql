-- database__companies: a company, as somebody's database tells it.
--
-- grain   source, company_id
-- by      system, company_key
-- reads   raw_database.companies(system, id as company_key)
-- into    companies

select
    'database' as source,
    system || ':' || id as company_id,
    name as company_name,
    domain,
    cast(null as varchar) as parent_id,
    deleted_at,

    system,
    id as company_key

from raw_database.companies
