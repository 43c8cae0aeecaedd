-- customer_metrics: a customer in figures.
--
-- `currency` is the one with the most orders and payments (then by name); `net_minor`, `paid_minor`
-- and `mrr_minor` are in it, the other currencies are in customer_spend. Facts of systems that were
-- deleted do not count.
--
-- grain   customer_id
-- by      customer_id
-- reads   customers, orders, payments, refunds, subscriptions, tickets, ratings, deals,
--         campaign_events, customer_spend
-- checks  not_null(orders_count, open_tickets_count)

with

ordered as (

    select
        customer_id,
        count(*) as orders_count,
        min(placed_at) as first_order_at,
        max(placed_at) as last_order_at
    from orders
    where deleted_at is null and not is_test and status <> 'cancelled'
    group by customer_id

),

paid as (

    select
        customer_id,
        count(*) filter (where status = 'succeeded') as payments_count,
        count(*) filter (where status = 'failed') as failed_payments_count,
        max(paid_at) filter (where status = 'succeeded') as last_payment_at
    from payments
    where deleted_at is null
    group by customer_id

),

returned as (

    select customer_id, count(*) as refunds_count
    from refunds
    where deleted_at is null
    group by customer_id

),

subscribed as (

    select customer_id, count(*) as active_subscriptions_count
    from subscriptions
    where deleted_at is null and is_active
    group by customer_id

),

asked as (

    select
        customer_id,
        count(*) as tickets_count,
        count(*) filter (where is_open) as open_tickets_count,
        max(created_at) as last_ticket_at
    from tickets
    where deleted_at is null
    group by customer_id

),

rated as (

    select
        customer_id,
        count(*) as ratings_count,
        count(*) filter (where starts_with(score, 'bad')) as bad_ratings_count,
        max(rated_at) as last_rating_at
    from ratings
    where deleted_at is null
    group by customer_id

),

sold as (

    select customer_id, count(*) as won_deals_count
    from deals
    where deleted_at is null and is_won
    group by customer_id

),

reached as (

    select
        customer_id,
        max(occurred_at) filter (where event_type in ('opened', 'clicked')) as last_engaged_at
    from campaign_events
    where deleted_at is null
    group by customer_id

),

spent as (

    select
        customer_id,
        currency,
        net_minor,
        paid_minor,
        mrr_minor,
        row_number() over (
            partition by customer_id order by orders_count + payments_count desc, currency
        ) as rn
    from customer_spend

),

metrics as (

    select
        customers.customer_id,

        coalesce(ordered.orders_count, 0) as orders_count,
        ordered.first_order_at,
        ordered.last_order_at,

        coalesce(paid.payments_count, 0) as payments_count,
        coalesce(paid.failed_payments_count, 0) as failed_payments_count,
        paid.last_payment_at,
        coalesce(returned.refunds_count, 0) as refunds_count,
        coalesce(subscribed.active_subscriptions_count, 0) as active_subscriptions_count,

        spent.currency,
        coalesce(spent.net_minor, 0) as net_minor,
        coalesce(spent.paid_minor, 0) as paid_minor,
        coalesce(spent.mrr_minor, 0) as mrr_minor,

        coalesce(asked.tickets_count, 0) as tickets_count,
        coalesce(asked.open_tickets_count, 0) as open_tickets_count,
        asked.last_ticket_at,
        coalesce(rated.ratings_count, 0) as ratings_count,
        coalesce(rated.bad_ratings_count, 0) as bad_ratings_count,
        rated.last_rating_at,

        coalesce(sold.won_deals_count, 0) as won_deals_count,
        reached.last_engaged_at

    from customers

    left join ordered on ordered.customer_id = customers.customer_id
    left join paid on paid.customer_id = customers.customer_id
    left join returned on returned.customer_id = customers.customer_id
    left join subscribed on subscribed.customer_id = customers.customer_id
    left join asked on asked.customer_id = customers.customer_id
    left join rated on rated.customer_id = customers.customer_id
    left join sold on sold.customer_id = customers.customer_id
    left join reached on reached.customer_id = customers.customer_id
    left join spent on spent.customer_id = customers.customer_id and spent.rn = 1

)

select * from metrics
