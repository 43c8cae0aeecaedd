-- paid_orders: a payment without a reference, and the order it must be for: same customer, currency and amount, within a day.
--
-- Only where each is the other's nearest, no payment names the order, and the payment is not the one
-- of a subscription's invoice.
--
-- grain   source, payment_id
-- by      customer_id
-- reads   orders, payments, invoices

with

unnamed as (

    select *
    from payments
    where
        deleted_at is null
        and status = 'succeeded'
        and order_ref is null
        and amount_minor > 0
        and paid_at is not null
        and customer_id is not null
        and not exists (
            select 1
            from invoices
            where
                invoices.customer_id = payments.customer_id
                and invoices.source = payments.source
                and invoices.subscription_id is not null
                and invoices.currency = payments.currency
                and invoices.total_minor = payments.amount_minor
        )

),

unpaid as (

    select *
    from orders
    where
        is_counted
        and placed_at is not null
        and customer_id is not null
        and not exists (
            select 1
            from payments
            where
                payments.customer_id = orders.customer_id
                and payments.order_source = orders.source
                and payments.order_id = orders.order_id
                and payments.deleted_at is null
                and payments.status = 'succeeded'
        )

),

pairs as (

    select
        unnamed.customer_id,
        unnamed.source,
        unnamed.payment_id,
        unpaid.source as order_source,
        unpaid.order_id,
        coalesce(unpaid.refunded_minor, 0) > 0 as order_is_refunded,
        greatest(unnamed.paid_at - unpaid.placed_at, unpaid.placed_at - unnamed.paid_at) as gap
    from unnamed
    inner join unpaid
        on unpaid.customer_id = unnamed.customer_id
        and unpaid.currency = unnamed.currency
        and unpaid.total_minor = unnamed.amount_minor
        and unpaid.placed_at >= unnamed.paid_at - interval '1' day
        and unpaid.placed_at <= unnamed.paid_at + interval '1' day

),

ranked as (

    select
        pairs.*,
        row_number() over (
            partition by source, payment_id order by gap, order_source, order_id
        ) as orders_place,
        row_number() over (
            partition by order_source, order_id order by gap, source, payment_id
        ) as payments_place
    from pairs

),

matched as (

    select customer_id, source, payment_id, order_source, order_id, order_is_refunded
    from ranked
    where orders_place = 1 and payments_place = 1

)

select * from matched
