-- unmarketable_customers: whom marketing must leave alone, on which channel, and why.
--
-- Every customer and channel that is not in marketable_customers.
--
-- grain   customer_id, channel
-- reads   customers, customer_consents

with

channels as (

    select
        customers.customer_id,
        channels.channel,
        case channels.channel when 'email' then customers.email else customers.phone end as address
    from customers
    cross join (select 'email' as channel union all select 'sms' union all select 'phone') as channels

),

refused as (

    select
        channels.customer_id,
        channels.channel,
        case
            when consents.state = 'opted_out' then concat('opted out in ', consents.source)
            when consents.state = 'suppressed' then concat('cannot be reached, says ', consents.source)
            when consents.state = 'pending' then concat('has not confirmed in ', consents.source)
            when channels.address is null then 'has no address'
            else 'was never asked'
        end as reason,
        consents.source,
        consents.source_id,
        consents.raw_value,
        consents.decided_at
    from channels
    left join customer_consents as consents
        on consents.customer_id = channels.customer_id
        and consents.channel = channels.channel
    where channels.address is null or coalesce(consents.state, 'none') not in ('opted_in', 'permitted')

)

select * from refused
