-- company_parents: the account that a company of a system belongs under, where the system says so.
--
-- grain   source, company_id
-- reads   company_records
--         company_accounts via company_records(source, parent_id as company_id)

select
    records.source,
    records.company_id,
    parents.account_id as parent_account_id

from company_records as records

inner join company_accounts as parents
    on parents.source = records.source
    and parents.company_id = records.parent_id
