-- intercom__companies: a company whose people use the product.
--
-- grain   source, company_id
-- by      company_id
-- reads   raw_intercom.companies(id as company_id)
-- into    companies

select
    'intercom' as source,
    id as company_id,
    name as company_name,
    website as domain,
    cast(null as varchar) as parent_id,
    deleted_at

from raw_intercom.companies
