-- stripe__subscriptions: an agreement to pay again and again.
--
-- A trial earns nothing yet, and one that is unpaid or paused earns nothing now.
--
-- grain   source, subscription_id
-- by      subscription_id
-- reads   raw_stripe.subscriptions(id as subscription_id)
-- into    subscriptions

select
    'stripe' as source,
    id as subscription_id,
    coalesce(filled(customer), concat('subscription:', id)) as source_id,

    status,
    coalesce(
        status in ('active', 'past_due')
        and pause_collection__behavior is null
        and deleted_at is null,
        false
    ) as is_active,
    coalesce(cancel_at_period_end, false) or cancel_at is not null as will_cancel,

    start_date as started_at,
    trial_end as trial_ends_at,
    canceled_at as cancelled_at,
    ended_at,
    deleted_at

from raw_stripe.subscriptions
