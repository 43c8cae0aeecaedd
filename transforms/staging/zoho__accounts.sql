-- zoho__accounts: a company that sales or service know.
--
-- grain   source, company_id
-- by      company_id
-- reads   raw_zoho.accounts(id as company_id)
-- into    companies

select
    'zoho' as source,
    id as company_id,
    account_name as company_name,
    website as domain,
    cast(null as varchar) as parent_id,
    deleted_at

from raw_zoho.accounts
