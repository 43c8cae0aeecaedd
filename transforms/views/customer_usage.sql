-- customer_usage: how much a customer uses the website and the product of late, and whether that fades.
--
-- On how many days of the last 30 they were there, and of the 30 before; how many features they used in
-- the last 90 days. Days after the last reconcile do not count. Where no events are pulled, all is 0.
--
-- grain   customer_id
-- reads   customers, usage_days, reconciled

with

used as (

    select
        usage_days.customer_id,
        count(distinct case when day > reconciled_at - interval '30' day then day end) as active_days_30,
        count(
            distinct case
                when day <= reconciled_at - interval '30' day and day > reconciled_at - interval '60' day then day
            end
        ) as active_days_before,
        count(
            distinct case when day > reconciled_at - interval '90' day then nullif(feature, '') end
        ) as features_90
    from usage_days
    cross join reconciled
    where day <= reconciled_at
    group by usage_days.customer_id

)

select
    customers.customer_id,
    coalesce(used.active_days_30, 0) as active_days_30,
    coalesce(used.active_days_before, 0) as active_days_before,
    coalesce(used.features_90, 0) as features_90

from customers

left join used on used.customer_id = customers.customer_id
