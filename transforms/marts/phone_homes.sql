-- phone_homes: each phone, and the one address at which those who have it live, if it is one.
--
-- grain   phone_home
-- by      phone_home
-- reads   record_homes

select
    phone_home,
    case when count(distinct address_home) = 1 then min(address_home) end as address_home,
    count(distinct customer_id) as customers_count

from record_homes

where phone_home is not null

group by phone_home
