-- money_movements: every order, payment and refund, with what it counts for, once.
--
-- A purchase is counted where the shop sold it; a payment counts by itself where no counted order is
-- known for it, and `same_as_source`, `same_as_id` name the order where there is one. Refunds are
-- negative. So the sum of `amount_minor` over `is_counted` is what was earned, in each currency, and
-- `uncounted_because` says why any other row is not in it.
--
-- `reporting_minor` is the amount in `reporting_currency` at the rate of `rate_on`: the last one known
-- when it moved, or the first one there is. Null where there is no rate: see missing_rates.
--
-- grain   source, kind, item_id
-- by      source, item_id
-- reads   orders(source, order_id as item_id)
--         payments(source, payment_id as item_id)
--         paid_orders(source, payment_id as item_id)
--         refunds(source, refund_id as item_id)
-- looks   rates
-- checks  accepted(kind: order, payment, refund), not_null(is_counted)

with

sold as (

    select
        source,
        'order' as kind,
        order_id as item_id,
        customer_id,
        total_minor as amount_minor,
        currency,
        placed_at as moved_at,
        is_counted,
        case
            when is_counted then null
            when deleted_at is not null then 'deleted'
            when is_test then 'a test'
            when status = 'cancelled' then 'cancelled'
            when payment_status in ('voided', 'expired') then 'payment voided or expired'
            when currency is null then 'no currency'
            when total_minor is null then 'no amount'
            else 'a negative amount'
        end as uncounted_because,
        cast(null as varchar) as same_as_source,
        cast(null as varchar) as same_as_id
    from orders

),

paid as (

    select
        payments.source,
        'payment' as kind,
        payments.payment_id as item_id,
        payments.customer_id,
        payments.amount_minor,
        payments.currency,
        payments.paid_at as moved_at,
        coalesce(
            payments.deleted_at is null
            and payments.status = 'succeeded'
            and not payments.order_is_counted
            and paid_orders.order_id is null
            and payments.currency is not null
            and payments.amount_minor >= 0,
            false
        ) as is_counted,
        case
            when payments.deleted_at is not null then 'deleted'
            when coalesce(payments.status, '') <> 'succeeded' then concat('payment ', coalesce(payments.status, 'unknown'))
            when payments.order_is_counted then 'its order is counted'
            when paid_orders.order_id is not null then 'an order of that amount and day is counted'
            when payments.currency is null then 'no currency'
            when payments.amount_minor is null then 'no amount'
            when payments.amount_minor < 0 then 'a negative amount'
        end as uncounted_because,
        coalesce(payments.order_source, paid_orders.order_source) as same_as_source,
        coalesce(payments.order_id, paid_orders.order_id) as same_as_id
    from payments
    left join paid_orders
        on paid_orders.source = payments.source
        and paid_orders.payment_id = payments.payment_id

),

returned as (

    select
        source,
        'refund' as kind,
        refund_id as item_id,
        customer_id,
        -amount_minor as amount_minor,
        currency,
        refunded_at as moved_at,
        is_counted,
        case
            when is_counted then null
            when deleted_at is not null then 'deleted'
            when coalesce(status, '') <> 'succeeded' then concat('refund ', coalesce(status, 'unknown'))
            when is_too_large then 'larger than what was paid'
            when paid_minor is null then 'of something unknown'
            when amount_minor is null then 'no amount'
            when amount_minor < 0 then 'a negative amount'
            when currency is null then 'no currency'
            else 'of something that is not counted, or counted with its order'
        end as uncounted_because,
        cast(null as varchar) as same_as_source,
        cast(null as varchar) as same_as_id
    from refunds

),

moved as (

    select * from sold
    union all
    select * from paid
    union all
    select * from returned

),

-- Before the first rate the first holds, after the last the last.
known as (

    select min(day) as first_day, max(day) as last_day from rates

),

dated as (

    select
        moved.*,
        least(
            greatest(coalesce(strftime(moved.moved_at, '%Y-%m-%d'), known.last_day), known.first_day),
            known.last_day
        ) as day
    from moved
    cross join known

),

converted as (

    select
        dated.source,
        dated.kind,
        dated.item_id,
        dated.customer_id,
        dated.amount_minor,
        dated.currency,
        dated.moved_at,
        dated.is_counted,
        dated.uncounted_because,
        dated.same_as_source,
        dated.same_as_id,
        cast(
            round(cast(dated.amount_minor as decimal(19, 0)) * cast(rates.rate as decimal(19, 12)), 0) as bigint
        ) as reporting_minor,
        rates.reporting_currency,
        rates.rate_on
    from dated
    left join rates
        on rates.currency = dated.currency
        and rates.day = dated.day

)

select * from converted
