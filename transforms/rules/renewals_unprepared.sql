-- renewals_unprepared: subscriptions that renew within 90 days while no task about their customer is open.
--
-- Of subscriptions paid for three months or longer: a monthly one always renews within 90 days. Tasks
-- are known from Salesforce, Dynamics and Zoho; where none of them tells a task, nothing is missed.
--
-- grain   fact, source, item_id
-- reads   subscriptions, all_subscription_items, activities, reconciled

with

long_ones as (

    select source, subscription_id
    from all_subscription_items
    where
        deleted_at is null
        and (period = 'year' or (period = 'month' and period_count >= 3))
    group by source, subscription_id

)

select
    'subscription' as fact,
    subscriptions.source,
    subscriptions.subscription_id as item_id,
    subscriptions.customer_id,
    subscriptions.current_period_ends_at - interval '90' day as since
from subscriptions
inner join long_ones
    on long_ones.source = subscriptions.source
    and long_ones.subscription_id = subscriptions.subscription_id
cross join reconciled
where
    subscriptions.deleted_at is null
    and subscriptions.is_active
    and not coalesce(subscriptions.will_cancel, false)
    and subscriptions.current_period_ends_at >= reconciled.reconciled_at
    and subscriptions.current_period_ends_at <= reconciled.reconciled_at + interval '90' day
    and exists (select 1 from activities where deleted_at is null and (is_open or due_at is not null))
    and not exists (
        select 1
        from activities as tasks
        where tasks.is_open and tasks.deleted_at is null and tasks.customer_id = subscriptions.customer_id
    )
