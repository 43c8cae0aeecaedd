-- wukong__companies: a customer, which here is a company.
--
-- grain   source, company_id
-- by      company_key
-- reads   raw_wukong.customers(id as company_key)
-- into    companies

select
    'wukong' as source,
    cast(id as varchar) as company_id,
    customer_name as company_name,
    website as domain,
    cast(null as varchar) as parent_id,
    deleted_at,
    id as company_key

from raw_wukong.customers
