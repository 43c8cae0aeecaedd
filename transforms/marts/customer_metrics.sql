-- customer_metrics: a customer in figures.
--
-- A purchase is an order, or a payment without one: each counted once, see money_movements.
-- `lifetime_value_minor`, `average_purchase_minor`, `given_back_minor` and `recurring_minor` are in the
-- reporting currency, over all currencies; `unconverted_count` movements are missing from them for
-- want of a rate. `currency` is the one with the most orders and payments (then by name); `net_minor`,
-- `paid_minor` and `mrr_minor` are in it, the other currencies are in customer_spend. Facts that were
-- deleted do not count. `first_reply_minutes`, `resolution_minutes` and `csat` are means over the tickets
-- that tell; `usual_gap_days` is the mean time between purchases, of who made three or more; `sentiment` is that of the latest ticket that has one. Days and features are those of
-- usage_days; for those of late see customer_usage. Nothing here depends on what day it is: see customer_stages.
--
-- grain   customer_id
-- by      customer_id
-- reads   customers, orders, payments, refunds, subscriptions, tickets, ratings, deals,
--         campaign_events, customer_spend, money_movements, web_events, ticket_handling, usage_days
-- looks   rates
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

moved as (

    select
        customer_id,
        count(*) filter (where kind <> 'refund') as purchases_count,
        cast(coalesce(sum(reporting_minor), 0) as bigint) as lifetime_value_minor,
        cast(coalesce(sum(case when kind <> 'refund' then reporting_minor end), 0) as bigint) as gross_minor,
        cast(coalesce(sum(case when kind = 'refund' then -reporting_minor end), 0) as bigint) as given_back_minor,
        count(*) filter (where reporting_minor is null) as unconverted_count
    from money_movements
    where is_counted
    group by customer_id

),

bought as (

    select
        customer_id,
        moved_at,
        row_number() over (partition by customer_id order by moved_at) as nth,
        row_number() over (partition by customer_id order by moved_at desc) as nth_last
    from money_movements
    where is_counted and kind <> 'refund' and moved_at is not null

),

bought_at as (

    select
        customer_id,
        max(case when nth = 1 then moved_at end) as first_purchase_at,
        max(case when nth_last = 1 then moved_at end) as last_purchase_at,
        max(case when nth_last = 2 then moved_at end) as previous_purchase_at,
        max(nth) as dated_count
    from bought
    group by customer_id

),

latest_rates as (

    select currency, rate
    from rates
    where day = (select max(day) from rates)

),

subscribed as (

    select
        subscriptions.customer_id,
        count(*) as active_subscriptions_count,
        count(*) filter (where will_cancel) as ending_subscriptions_count,
        min(current_period_ends_at) as renews_at,
        cast(coalesce(sum(
            round(cast(mrr_minor as decimal(19, 0)) * cast(latest_rates.rate as decimal(19, 12)), 0)
        ), 0) as bigint) as recurring_minor
    from subscriptions
    left join latest_rates on latest_rates.currency = subscriptions.currency
    where subscriptions.deleted_at is null and is_active
    group by subscriptions.customer_id

),

ended as (

    select customer_id, max(coalesce(ended_at, cancelled_at)) as last_subscription_ended_at
    from subscriptions
    where deleted_at is null and not is_active
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

handled as (

    select
        customer_id,
        cast(coalesce(sum(reopened_count), 0) as bigint) as reopened_tickets_count,
        ratio(cast(sum(first_reply_minutes) as bigint), nullif(count(first_reply_minutes), 0))
            as first_reply_minutes,
        ratio(cast(sum(resolution_minutes) as bigint), nullif(count(resolution_minutes), 0))
            as resolution_minutes,
        ratio(cast(sum(csat) as bigint), nullif(count(csat), 0)) as csat
    from ticket_handling
    where deleted_at is null
    group by customer_id

),

felt as (

    select
        customer_id,
        sentiment,
        row_number() over (partition by customer_id order by opened_at desc nulls last, source, ticket_id) as rn
    from ticket_handling
    where deleted_at is null and sentiment is not null

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

    select
        customer_id,
        count(*) filter (where is_won) as won_deals_count,
        count(*) filter (where not is_closed) as open_deals_count,
        max(case when is_won then coalesce(closes_at, updated_at) end) as last_won_at
    from deals
    where deleted_at is null
    group by customer_id

),

reached as (

    select
        customer_id,
        count(*) filter (where event_type = 'opened') as mails_opened_count,
        count(*) filter (where event_type = 'clicked') as mails_clicked_count,
        max(occurred_at) filter (where event_type in ('opened', 'clicked')) as last_engaged_at
    from campaign_events
    where deleted_at is null
    group by customer_id

),

browsed as (

    select
        customer_id,
        count(*) as web_events_count,
        max(occurred_at) as last_visit_at,
        cast(coalesce(sum(case when position('pricing' in lower(path)) > 0 then minutes end), 0) as bigint)
            as pricing_minutes
    from web_events
    where deleted_at is null
    group by customer_id

),

used as (

    select
        customer_id,
        count(distinct day) as active_days_count,
        count(distinct nullif(feature, '')) as features_count,
        min(day) as first_active_day
    from usage_days
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

        coalesce(moved.purchases_count, 0) as purchases_count,
        bought_at.first_purchase_at,
        bought_at.last_purchase_at,
        bought_at.previous_purchase_at,
        case
            when bought_at.dated_count >= 3
                then cast(
                    minutes_between(bought_at.first_purchase_at, bought_at.last_purchase_at)
                    // (1440 * (bought_at.dated_count - 1)) as bigint
                )
        end as usual_gap_days,
        coalesce(moved.lifetime_value_minor, 0) as lifetime_value_minor,
        case
            when moved.purchases_count > moved.unconverted_count
                then ratio(moved.gross_minor, moved.purchases_count - moved.unconverted_count)
        end as average_purchase_minor,
        coalesce(moved.given_back_minor, 0) as given_back_minor,
        coalesce(subscribed.recurring_minor, 0) as recurring_minor,
        coalesce(moved.unconverted_count, 0) as unconverted_count,

        coalesce(ordered.orders_count, 0) as orders_count,
        ordered.first_order_at,
        ordered.last_order_at,

        coalesce(paid.payments_count, 0) as payments_count,
        coalesce(paid.failed_payments_count, 0) as failed_payments_count,
        paid.last_payment_at,
        coalesce(returned.refunds_count, 0) as refunds_count,
        coalesce(subscribed.active_subscriptions_count, 0) as active_subscriptions_count,
        coalesce(subscribed.ending_subscriptions_count, 0) as ending_subscriptions_count,
        subscribed.renews_at,
        ended.last_subscription_ended_at,

        spent.currency,
        coalesce(spent.net_minor, 0) as net_minor,
        coalesce(spent.paid_minor, 0) as paid_minor,
        coalesce(spent.mrr_minor, 0) as mrr_minor,

        coalesce(asked.tickets_count, 0) as tickets_count,
        coalesce(asked.open_tickets_count, 0) as open_tickets_count,
        coalesce(handled.reopened_tickets_count, 0) as reopened_tickets_count,
        handled.first_reply_minutes,
        handled.resolution_minutes,
        handled.csat,
        felt.sentiment,
        asked.last_ticket_at,
        coalesce(rated.ratings_count, 0) as ratings_count,
        coalesce(rated.bad_ratings_count, 0) as bad_ratings_count,
        rated.last_rating_at,

        coalesce(sold.won_deals_count, 0) as won_deals_count,
        coalesce(sold.open_deals_count, 0) as open_deals_count,
        sold.last_won_at,
        coalesce(reached.mails_opened_count, 0) as mails_opened_count,
        coalesce(reached.mails_clicked_count, 0) as mails_clicked_count,
        reached.last_engaged_at,
        coalesce(browsed.web_events_count, 0) as web_events_count,
        browsed.last_visit_at,
        coalesce(browsed.pricing_minutes, 0) as pricing_minutes,
        coalesce(used.active_days_count, 0) as active_days_count,
        coalesce(used.features_count, 0) as features_count,
        used.first_active_day

    from customers

    left join moved on moved.customer_id = customers.customer_id
    left join bought_at on bought_at.customer_id = customers.customer_id
    left join ended on ended.customer_id = customers.customer_id
    left join handled on handled.customer_id = customers.customer_id
    left join felt on felt.customer_id = customers.customer_id and felt.rn = 1
    left join used on used.customer_id = customers.customer_id
    left join browsed on browsed.customer_id = customers.customer_id
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
