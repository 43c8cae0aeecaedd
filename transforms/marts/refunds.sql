-- refunds: money given back, on an order (in the shop) or on a payment (in billing).
--
-- `is_counted`: it lessens what was counted. One refund that shop and billing both tell is counted in
-- the shop, as its order is. One larger than what was paid is an error and counts nowhere.
--
-- grain   source, refund_id
-- reads   all_refunds
--         orders via all_refunds(source as source, paid_id as order_id)
--         payments via all_refunds(source as source, paid_id as payment_id)
--         paid_orders via all_refunds(source as source, paid_id as payment_id)
-- checks  accepted(paid_kind: order, payment), not_null(is_counted)

with

-- A payment is never looked for among orders: what joins names one of the two and not the other.
told as (

    select
        refunds.*,
        case when paid_kind = 'order' then paid_id end as order_id,
        case when paid_kind = 'payment' then paid_id end as payment_id
    from all_refunds as refunds

),

found as (

    select
        refunds.source,
        refunds.refund_id,
        coalesce(orders.customer_id, payments.customer_id) as customer_id,
        refunds.paid_kind,
        refunds.paid_id,
        refunds.status,
        refunds.reason,
        coalesce(refunds.currency, orders.currency, payments.currency) as currency,
        refunds.amount_minor,
        coalesce(orders.total_minor, payments.amount_minor) as paid_minor,
        coalesce(orders.currency, payments.currency) as paid_currency,
        case refunds.paid_kind
            when 'order' then orders.is_counted
            else
                payments.deleted_at is null
                and payments.status = 'succeeded'
                and not (payments.order_is_counted and payments.order_is_refunded)
                and not coalesce(paid_orders.order_is_refunded, false)
        end as is_of_counted,
        refunds.refunded_at,
        refunds.deleted_at

    from told as refunds

    left join orders
        on orders.source = refunds.source
        and orders.order_id = refunds.order_id

    left join payments
        on payments.source = refunds.source
        and payments.payment_id = refunds.payment_id

    left join paid_orders
        on paid_orders.source = refunds.source
        and paid_orders.payment_id = refunds.payment_id

),

judged as (

    select
        source,
        refund_id,
        customer_id,
        paid_kind,
        paid_id,
        status,
        reason,
        currency,
        amount_minor,
        paid_minor,
        coalesce(currency = paid_currency and amount_minor > paid_minor, false) as is_too_large,
        coalesce(
            deleted_at is null
            and status = 'succeeded'
            and is_of_counted
            and currency = paid_currency
            and amount_minor between 0 and paid_minor,
            false
        ) as is_counted,
        refunded_at,
        deleted_at
    from found

)

select * from judged
