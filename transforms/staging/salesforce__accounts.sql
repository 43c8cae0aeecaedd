-- salesforce__accounts: a company that sales or service know.
--
-- grain   source, company_id
-- by      company_id
-- reads   raw_salesforce.accounts(id as company_id)
-- into    companies

select
    'salesforce' as source,
    id as company_id,
    name as company_name,
    website as domain,
    parent_id,
    deleted_at

from raw_salesforce.accounts
