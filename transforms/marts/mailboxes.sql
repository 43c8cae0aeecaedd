-- mailboxes: an address, and the one customer who uses it.
--
-- Facts that know only an address find their customer here. An address of several customers is
-- nobody's, and not listed.
--
-- grain   email
-- by      email
-- reads   source_records

with

used as (

    select email, min(customer_id) as customer_id, max(customer_id) as other_id
    from source_records
    where email is not null and customer_id is not null and deleted_at is null
    group by email

)

select email, customer_id from used where customer_id = other_id
