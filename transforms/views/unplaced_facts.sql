-- unplaced_facts: facts that belong to no customer, counted by why.
--
-- They are in every total of their system, and in no customer's figures.
--
-- grain   fact, source, reason
-- reads   source_records, orders, payments, invoices, subscriptions, tickets, ratings, deals, campaign_events, refunds, activities

with

unplaced as (

    select source, 'order' as fact, source_id, cast(null as varchar) as email
    from orders
    where customer_id is null and deleted_at is null

    union all

    select source, 'payment' as fact, source_id, cast(null as varchar) as email
    from payments
    where customer_id is null and deleted_at is null

    union all

    select source, 'invoice' as fact, source_id, cast(null as varchar) as email
    from invoices
    where customer_id is null and deleted_at is null

    union all

    select source, 'subscription' as fact, source_id, cast(null as varchar) as email
    from subscriptions
    where customer_id is null and deleted_at is null

    union all

    select source, 'ticket' as fact, source_id, cast(null as varchar) as email
    from tickets
    where customer_id is null and deleted_at is null

    union all

    select source, 'rating' as fact, source_id, cast(null as varchar) as email
    from ratings
    where customer_id is null and deleted_at is null

    union all

    select source, 'deal' as fact, source_id, cast(null as varchar) as email
    from deals
    where customer_id is null and deleted_at is null

    union all

    select source, 'activity' as fact, source_id, cast(null as varchar) as email
    from activities
    where customer_id is null and deleted_at is null

    union all

    select source, 'message event' as fact, source_id, email
    from campaign_events
    where customer_id is null and deleted_at is null

    union all

    select source, 'refund' as fact, cast(null as varchar) as source_id, cast(null as varchar) as email
    from refunds
    where customer_id is null and deleted_at is null

),

explained as (

    select
        unplaced.source,
        unplaced.fact,
        case
            when unplaced.fact = 'refund' then 'what was paid is unknown, or nobody''s'
            when unplaced.source_id is null and unplaced.email is not null
                then 'its address is nobody''s, or of several customers'
            when unplaced.source_id is null then 'it names nobody'
            when records.deleted_at is not null then 'its record was deleted'
            when records.source_id is not null then 'its record is nobody''s'
            when
                position(':order:' in concat(':', unplaced.source_id)) > 0
                or position(':charge:' in concat(':', unplaced.source_id)) > 0
                or position(':transaction:' in concat(':', unplaced.source_id)) > 0
                or position(':payment:' in concat(':', unplaced.source_id)) > 0
                or position(':invoice:' in concat(':', unplaced.source_id)) > 0
                or position(':subscription:' in concat(':', unplaced.source_id)) > 0
                or position(':ticket:' in concat(':', unplaced.source_id)) > 0
                or position(':conversation:' in concat(':', unplaced.source_id)) > 0
                or position(':rating:' in concat(':', unplaced.source_id)) > 0
                then 'it names nobody'
            else 'its record is not among those pulled'
        end as reason
    from unplaced
    left join source_records as records
        on records.source = unplaced.source
        and records.source_id = unplaced.source_id

)

select fact, source, reason, count(*) as facts_count
from explained
group by fact, source, reason
