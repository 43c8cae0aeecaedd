-- customer_stages: where a customer stands today: lead, active, at risk, churned or won back; and RFM.
--
-- A deal that was won is a purchase on the day it closed. lead: never bought. active: bought within 180
-- days, or pays for a subscription. at risk: active, but every subscription is about to end; or the last
-- purchase is 180 to 365 days ago. churned: longer ago, or the subscriptions ended, and nothing was
-- bought since. won back: active again after more than 365 days without a purchase.
--
-- `recency`, `frequency` and `monetary` go from 1 to 5. Recency: bought within 30, 90, 180, 365 days, or
-- longer ago. Frequency: 16, 8, 4, 2 purchases, or one. Monetary: 2000, 500, 200, 50 of the reporting
-- currency, or less. Who never bought has none. A date after the last reconcile counts as not known.
--
-- grain   customer_id
-- reads   customer_metrics, reconciled

with

told as (

    select
        metrics.*,
        reconciled.reconciled_at as today,
        greatest(
            case
                when last_purchase_at <= reconciled.reconciled_at then last_purchase_at
                when previous_purchase_at <= reconciled.reconciled_at then previous_purchase_at
            end,
            case when last_won_at <= reconciled.reconciled_at then last_won_at end
        ) as bought_at
    from customer_metrics as metrics
    cross join reconciled

),

stages as (

    select
        customer_id,
        case
            when active_subscriptions_count > 0 and ending_subscriptions_count = active_subscriptions_count
                then 'at risk'
            when active_subscriptions_count > 0 then 'active'
            when bought_at is null and last_subscription_ended_at is null then 'lead'
            when
                last_subscription_ended_at <= today
                and (bought_at is null or bought_at <= last_subscription_ended_at)
                then 'churned'
            when
                bought_at > today - interval '180' day
                and bought_at = last_purchase_at
                and previous_purchase_at < bought_at - interval '365' day
                then 'won back'
            when bought_at > today - interval '180' day then 'active'
            when bought_at > today - interval '365' day then 'at risk'
            when bought_at is null then 'lead'
            else 'churned'
        end as stage,
        bought_at as last_purchase_at,
        case
            when bought_at is null then null
            when bought_at > today - interval '30' day then 5
            when bought_at > today - interval '90' day then 4
            when bought_at > today - interval '180' day then 3
            when bought_at > today - interval '365' day then 2
            else 1
        end as recency,
        case
            when purchases_count >= 16 then 5
            when purchases_count >= 8 then 4
            when purchases_count >= 4 then 3
            when purchases_count >= 2 then 2
            when purchases_count >= 1 then 1
        end as frequency,
        case
            when purchases_count = 0 then null
            when lifetime_value_minor >= 200000 then 5
            when lifetime_value_minor >= 50000 then 4
            when lifetime_value_minor >= 20000 then 3
            when lifetime_value_minor >= 5000 then 2
            else 1
        end as monetary
    from told

)

select * from stages
