-- timeline: everything that happened to a customer, one row an event; order it by `occurred_at`.
--
-- grain   source, kind, item_id
-- by      customer_id
-- reads   orders, payments, refunds, subscriptions, tickets, ticket_handling, ratings, deals, activities,
--         campaign_events

with

happened as (

    select
        customer_id,
        placed_at as occurred_at,
        'order placed' as kind,
        source,
        order_id as item_id,
        order_number as about,
        total_minor as amount_minor,
        currency
    from orders
    where deleted_at is null and not is_test

    union all

    select
        customer_id, cancelled_at as occurred_at, 'order cancelled' as kind, source, order_id as item_id,
        order_number as about, total_minor as amount_minor, currency
    from orders
    where deleted_at is null and not is_test and cancelled_at is not null

    union all

    select
        customer_id,
        paid_at as occurred_at,
        case status when 'succeeded' then 'paid' when 'failed' then 'payment failed' else 'payment pending' end as kind,
        source, payment_id as item_id, method as about, amount_minor, currency
    from payments
    where deleted_at is null

    union all

    select
        customer_id, refunded_at as occurred_at, 'refunded' as kind, source, refund_id as item_id,
        reason as about, amount_minor, currency
    from refunds
    where deleted_at is null

    union all

    select
        customer_id, started_at as occurred_at, 'subscribed' as kind, source, subscription_id as item_id,
        plan as about, mrr_minor as amount_minor, currency
    from subscriptions
    where deleted_at is null

    union all

    select
        customer_id, coalesce(ended_at, cancelled_at) as occurred_at, 'subscription ended' as kind, source,
        subscription_id as item_id, plan as about, cast(null as bigint) as amount_minor, currency
    from subscriptions
    where deleted_at is null and coalesce(ended_at, cancelled_at) is not null

    union all

    select
        customer_id, created_at as occurred_at, 'asked for help' as kind, source, ticket_id as item_id,
        subject as about, cast(null as bigint) as amount_minor, cast(null as varchar) as currency
    from tickets
    where deleted_at is null

    union all

    select
        customer_id, rated_at as occurred_at, 'rated' as kind, source, rating_id as item_id,
        score as about, cast(null as bigint) as amount_minor, cast(null as varchar) as currency
    from ratings
    where deleted_at is null

    union all

    select
        customer_id, first_reply_at as occurred_at, 'first answered' as kind, source, ticket_id as item_id,
        cast(null as varchar) as about, cast(null as bigint) as amount_minor, cast(null as varchar) as currency
    from ticket_handling
    where deleted_at is null

    union all

    select
        customer_id, resolved_at as occurred_at, 'solved' as kind, source, ticket_id as item_id,
        cast(null as varchar) as about, cast(null as bigint) as amount_minor, cast(null as varchar) as currency
    from ticket_handling
    where deleted_at is null

    union all

    select
        customer_id, coalesce(done_at, created_at) as occurred_at, activity_type as kind, source,
        activity_id as item_id, subject as about, cast(null as bigint) as amount_minor,
        cast(null as varchar) as currency
    from activities
    where deleted_at is null

    union all

    select
        customer_id, created_at as occurred_at, 'deal opened' as kind, source, deal_id as item_id,
        deal_name as about, amount_minor, currency
    from deals
    where deleted_at is null

    union all

    select
        customer_id, closes_at as occurred_at, 'deal won' as kind, source, deal_id as item_id,
        deal_name as about, amount_minor, currency
    from deals
    where deleted_at is null and is_won

    union all

    select
        customer_id, occurred_at as occurred_at, concat('e-mail ', event_type) as kind, source,
        event_id as item_id, campaign_name as about, cast(null as bigint) as amount_minor,
        cast(null as varchar) as currency
    from campaign_events
    where deleted_at is null

),

dated as (

    select customer_id, occurred_at, kind, source, item_id, about, amount_minor, currency
    from happened
    where occurred_at is not null and customer_id is not null

)

select * from dated
