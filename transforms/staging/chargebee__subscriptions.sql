-- chargebee__subscriptions: an agreement to pay again and again.
--
-- One that fell behind stays active at Chargebee and has invoices due. A trial earns nothing yet.
--
-- grain   source, subscription_id
-- by      subscription_id
-- reads   raw_chargebee.subscriptions(id as subscription_id)
-- into    subscriptions

select
    'chargebee' as source,
    id as subscription_id,
    coalesce(filled(customer_id), concat('subscription:', id)) as source_id,

    case
        when status in ('active', 'non_renewing') and coalesce(due_invoices_count, 0) > 0 then 'past_due'
        when status in ('active', 'non_renewing') then 'active'
        when status = 'in_trial' then 'trialing'
        when status = 'cancelled' then 'canceled'
        else status
    end as status,
    coalesce(status in ('active', 'non_renewing') and deleted_at is null, false) as is_active,
    coalesce(status = 'non_renewing', false) as will_cancel,

    coalesce(started_at, start_date, created_at) as started_at,
    trial_end as trial_ends_at,
    coalesce(cancel_schedule_created_at, cancelled_at) as cancelled_at,
    case when status = 'cancelled' then cancelled_at end as ended_at,
    deleted_at

from raw_chargebee.subscriptions
