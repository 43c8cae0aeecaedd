-- payments: money taken, or tried; the same purchase is also an order, so never add the two up.
--
-- `order_source` and `order_id` name the order that the payment refers to, `order_is_counted` whether
-- that is a sale, `order_is_refunded` whether the shop knows of money given back on it. Where two shops
-- have an order of that number it is the payment's own system's, then the one of the same amount.
--
-- grain   source, payment_id
-- reads   all_payments
--         identities via all_payments(source, source_id)
--         orders via all_payments(order_ref as order_id)

with

meant as (

    select
        payments.source,
        payments.payment_id,
        orders.source as order_source,
        orders.order_id,
        orders.is_counted as order_is_counted,
        coalesce(orders.refunded_minor, 0) > 0 as order_is_refunded,
        row_number() over (
            partition by payments.source, payments.payment_id
            order by
                case when orders.source = payments.source then 1 else 2 end,
                case
                    when orders.currency = payments.currency and orders.total_minor = payments.amount_minor then 1
                    when orders.currency = payments.currency then 2
                    else 3
                end,
                orders.source
        ) as rn
    from all_payments as payments
    inner join orders on orders.order_id = payments.order_ref

),

paid as (

    select
        payments.source,
        payments.payment_id,
        identities.customer_id,
        payments.source_id,
        payments.order_ref,
        meant.order_source,
        meant.order_id,
        coalesce(meant.order_is_counted, false) as order_is_counted,
        coalesce(meant.order_is_refunded, false) as order_is_refunded,
        payments.status,
        payments.method,
        payments.currency,
        payments.amount_minor,
        payments.refunded_minor,
        payments.is_disputed,
        payments.paid_at,
        payments.deleted_at

    from all_payments as payments

    left join meant
        on meant.source = payments.source
        and meant.payment_id = payments.payment_id
        and meant.rn = 1

    left join identities
        on identities.source = payments.source
        and identities.source_id = payments.source_id
        and identities.valid_to is null

)

select * from paid
