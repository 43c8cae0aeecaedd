-- household_members: customers that live together: two to six of one address, or of one phone.
--
-- More are a house of flats or an office. It joins nobody: who is one person is never decided by it. A
-- customer with two homes is in two households.
--
-- grain   household_id, customer_id
-- by      household_id
-- reads   record_households
-- checks  accepted(because: address, phone)

with

living as (

    select
        household_id,
        customer_id,
        min(because) as because,
        count(*) as records_count
    from record_households
    group by household_id, customer_id

),

homes as (

    select household_id
    from living
    group by household_id
    having count(*) between 2 and 6

)

select living.household_id, living.customer_id, living.because, living.records_count

from living

inner join homes on homes.household_id = living.household_id
