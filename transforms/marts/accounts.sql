-- accounts: one company: its domain, what most records call it, and how many people it has with us.
--
-- grain   account_id
-- by      account_id
-- reads   account_members
-- checks  not_null(members_count)

with

spelt as (

    select
        account_id,
        company,
        row_number() over (partition by account_id order by count(*) desc, company) as place
    from account_members
    where company is not null
    group by account_id, company

)

select
    members.account_id,
    min(spelt.company) as name,
    min(members.domain) as domain,
    count(*) as members_count,
    count(distinct members.customer_id) as customers_count

from account_members as members

left join spelt
    on spelt.account_id = members.account_id
    and spelt.place = 1

group by members.account_id
