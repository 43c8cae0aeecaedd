-- households: customers at one address or with one phone, counted.
--
-- grain   household_id
-- by      household_id
-- reads   household_members

select
    household_id,
    count(*) as customers_count,
    min(because) as because

from household_members

group by household_id
