-- marketable_customers: whom marketing may write to or call, on which channel, and what allows it.
--
-- Only who said yes, or for whom there is a legal basis, and nobody who said no anywhere.
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

allowed as (

    select
        channels.customer_id,
        channels.channel,
        channels.address,
        consents.state,
        consents.legal_basis,
        consents.is_double_opt_in,
        consents.source,
        consents.source_id,
        consents.raw_value,
        consents.decided_at
    from channels
    inner join customer_consents as consents
        on consents.customer_id = channels.customer_id
        and consents.channel = channels.channel
    where channels.address is not null and consents.state in ('opted_in', 'permitted')

)

select * from allowed
