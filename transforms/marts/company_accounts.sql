-- company_accounts: which account each company of a system is.
--
-- It is that of its site's domain; without one that of the domain everybody writes from who names it; else
-- that of its name. Several companies of one system with one site are told apart by their names.
--
-- grain   source, company_id
-- reads   company_records
--         company_sites via company_records(domain)
--         company_names via company_records(name_key)
-- checks  not_null(account_id)

select
    records.source,
    records.company_id,
    records.company_name,
    coalesce(records.domain, names.domain) as domain,
    concat('a', substring(md5(
        case
            when sites.is_shared and records.name_key is not null
                then concat('domain:', records.domain, '|name:', records.name_key)
            when coalesce(records.domain, names.domain) is not null
                then concat('domain:', coalesce(records.domain, names.domain))
            when records.name_key is not null then concat('name:', records.name_key)
            else concat('link:', records.source, ':', records.company_id)
        end
    ), 1, 12)) as account_id

from company_records as records

left join company_sites as sites on sites.domain = records.domain

left join company_names as names on names.name_key = records.name_key
