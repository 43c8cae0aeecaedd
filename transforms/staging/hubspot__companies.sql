-- hubspot__companies: a company as sales know it.
--
-- grain   source, company_id
-- by      company_id
-- reads   raw_hubspot.companies(id as company_id)
-- into    companies

select
    'hubspot' as source,
    id as company_id,
    properties__name as company_name,
    coalesce(filled(properties__domain), properties__website) as domain,
    properties__hs_parent_company_id as parent_id,
    deleted_at

from raw_hubspot.companies
