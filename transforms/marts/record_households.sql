-- record_households: the household that a source record's person would be of: by address, or else by a phone.
--
-- A phone leads home if all who have it and an address live at one; a phone that more than six customers
-- have is a switchboard's or a till's.
--
-- grain   source, source_id
-- by      source, source_id
-- reads   record_homes
--         phone_homes via record_homes(phone_home)
-- checks  accepted(because: address, phone)

select
    homes.source,
    homes.source_id,
    homes.customer_id,
    coalesce(homes.address_home, phones.address_home, homes.phone_home) as household_id,
    case when homes.address_home is not null then 'address' else 'phone' end as because

from record_homes as homes

left join phone_homes as phones on phones.phone_home = homes.phone_home

where homes.address_home is not null or phones.customers_count <= 6
