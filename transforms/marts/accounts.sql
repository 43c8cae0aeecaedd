-- accounts: one company: its domain, what it is called, whose subsidiary it is, and how many people it has with us.
--
-- The name is what systems call the company they keep, or else what most people of it do. Companies that
-- systems keep are here without people, too.
--
-- grain   account_id
-- by      account_id
-- reads   account_members, company_accounts
--         company_parents via company_accounts(source, company_id)
-- checks  not_null(members_count)

with

called as (

    select account_id, company_name as company, 1 as place, domain
    from company_accounts
    union all
    select account_id, company, 2 as place, domain
    from account_members

),

counted as (

    select account_id, place, company, count(*) as often
    from called
    where company is not null
    group by account_id, place, company

),

spelt as (

    select
        account_id,
        company,
        row_number() over (partition by account_id order by place, often desc, company) as rn
    from counted

),

sites as (

    select account_id, min(domain) as domain from called group by account_id

),

members as (

    select
        account_id,
        count(*) as members_count,
        count(distinct customer_id) as customers_count
    from account_members
    group by account_id

),

parents as (

    select companies.account_id, min(above.parent_account_id) as parent_account_id
    from company_accounts as companies
    inner join company_parents as above
        on above.source = companies.source
        and above.company_id = companies.company_id
    where above.parent_account_id <> companies.account_id
    group by companies.account_id

)

select
    sites.account_id,
    spelt.company as name,
    sites.domain,
    parents.parent_account_id,
    coalesce(members.members_count, 0) as members_count,
    coalesce(members.customers_count, 0) as customers_count

from sites

left join spelt
    on spelt.account_id = sites.account_id
    and spelt.rn = 1

left join members on members.account_id = sites.account_id

left join parents on parents.account_id = sites.account_id
