-- customer_spend: a customer's money in one currency: what was ordered, and what was paid.
--
-- Orders (the shop's view) and payments (billing's view) may be the same purchase: never add them
-- up. Cancelled, test and deleted orders do not count. Amounts are integer minor units.
--
-- grain   customer_id, currency
-- by      customer_id
-- reads   orders, payments, subscriptions

with

ordered as (

    select
        customer_id,
        currency,
        count(*) as orders_count,
        sum(coalesce(total_minor, 0)) as ordered_minor,
        sum(coalesce(refunded_minor, 0)) as refunded_minor
    from orders
    where deleted_at is null and not is_test and status <> 'cancelled' and currency is not null
    group by customer_id, currency

),

paid as (

    select
        customer_id,
        currency,
        count(*) as payments_count,
        sum(coalesce(amount_minor, 0)) as paid_minor,
        sum(coalesce(refunded_minor, 0)) as paid_back_minor
    from payments
    where deleted_at is null and status = 'succeeded' and currency is not null
    group by customer_id, currency

),

recurring as (

    select customer_id, currency, sum(mrr_minor) as mrr_minor
    from subscriptions
    where deleted_at is null and is_active and currency is not null
    group by customer_id, currency

),

pairs as (

    select customer_id, currency from ordered
    union
    select customer_id, currency from paid
    union
    select customer_id, currency from recurring

),

spend as (

    select
        pairs.customer_id,
        pairs.currency,
        coalesce(ordered.orders_count, 0) as orders_count,
        cast(coalesce(ordered.ordered_minor, 0) as bigint) as ordered_minor,
        cast(coalesce(ordered.refunded_minor, 0) as bigint) as refunded_minor,
        cast(coalesce(ordered.ordered_minor - ordered.refunded_minor, 0) as bigint) as net_minor,
        coalesce(paid.payments_count, 0) as payments_count,
        cast(coalesce(paid.paid_minor, 0) as bigint) as paid_minor,
        cast(coalesce(paid.paid_back_minor, 0) as bigint) as paid_back_minor,
        cast(coalesce(recurring.mrr_minor, 0) as bigint) as mrr_minor

    from pairs

    left join ordered
        on ordered.customer_id = pairs.customer_id
        and ordered.currency = pairs.currency

    left join paid
        on paid.customer_id = pairs.customer_id
        and paid.currency = pairs.currency

    left join recurring
        on recurring.customer_id = pairs.customer_id
        and recurring.currency = pairs.currency

    where pairs.customer_id is not null

)

select * from spend
