-- subscriptions: an agreement to pay again and again, and what it brings in a month.
--
-- `monthly_minor` is what it costs in a month, `mrr_minor` the same while it is active and else zero. The
-- prices of one subscription share its currency; where they do not, both are unknown: see odd_facts.
--
-- grain   source, subscription_id
-- reads   all_subscriptions, all_subscription_items
--         identities via all_subscriptions(source, source_id)

with

items as (

    select
        source,
        subscription_id,
        case when min(currency) = max(currency) then min(currency) end as currency,
        string_agg(distinct currency, ',' order by currency) as currencies,
        string_agg(plan, ', ' order by plan, subscription_item_id) as plan,
        case when min(currency) = max(currency) then cast(sum(monthly_minor) as bigint) end as monthly_minor,
        cast(sum(quantity) as bigint) as quantity,
        max(current_period_ends_at) as current_period_ends_at
    from all_subscription_items
    where deleted_at is null
    group by source, subscription_id

),

priced as (

    select
        subscriptions.source,
        subscriptions.subscription_id,
        identities.customer_id,
        subscriptions.source_id,
        subscriptions.status,
        subscriptions.is_active,
        subscriptions.will_cancel,
        items.plan,
        items.quantity,
        items.currency,
        items.currencies,
        items.monthly_minor,
        case
            when not subscriptions.is_active or items.subscription_id is null then 0
            when items.currency is not null then coalesce(items.monthly_minor, 0)
        end as mrr_minor,
        subscriptions.started_at,
        subscriptions.trial_ends_at,
        items.current_period_ends_at,
        subscriptions.cancelled_at,
        subscriptions.ended_at,
        subscriptions.deleted_at

    from all_subscriptions as subscriptions

    left join items
        on items.source = subscriptions.source
        and items.subscription_id = subscriptions.subscription_id

    left join identities
        on identities.source = subscriptions.source
        and identities.source_id = subscriptions.source_id
        and identities.valid_to is null

)

select * from priced
