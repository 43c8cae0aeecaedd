-- dynamics__accounts: a company that sales or service know.
--
-- grain   source, company_id
-- by      company_id
-- reads   raw_dynamics.accounts(accountid as company_id)
-- into    companies

select
    'dynamics' as source,
    accountid as company_id,
    name as company_name,
    websiteurl as domain,
    cast(null as varchar) as parent_id,
    deleted_at

from raw_dynamics.accounts
