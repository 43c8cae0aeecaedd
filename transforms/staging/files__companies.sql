-- files__companies: a company, as somebody's files tell it.
--
-- grain   source, company_id
-- by      system, company_key
-- reads   raw_files.companies(system, id as company_key)
-- into    companies

select
    'files' as source,
    system || ':' || id as company_id,
    name as company_name,
    domain,
    cast(null as varchar) as parent_id,
    deleted_at,

    system,
    id as company_key

from raw_files.companies
