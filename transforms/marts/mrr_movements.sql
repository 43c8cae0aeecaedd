-- mrr_movements: how much more or less a customer pays in a month than before, each time it changed.
--
-- `kind` is the customer's, over all subscriptions in one currency: new, expansion, contraction, churn,
-- or reactivation after a churn. A subscription counts from its start, with what it cost when it was
-- first seen; a change is dated with the night that saw it, an end with its day. The sum of `delta_minor`
-- is today's MRR.
--
-- grain   source, subscription_id, place
-- by      customer_id
-- reads   subscriptions
--         subscription_history via subscriptions(source, subscription_id)
-- checks  accepted(kind: new, expansion, contraction, churn, reactivation), not_null(moved_at)

with

seen as (

    select
        subscriptions.customer_id,
        history.source,
        history.subscription_id,
        coalesce(history.currency, subscriptions.currency) as currency,
        history.mrr_minor,
        history.seen_at,
        subscriptions.started_at,
        subscriptions.ended_at,
        subscriptions.monthly_minor,
        row_number() over (
            partition by history.source, history.subscription_id order by history.turn
        ) as night
    from subscription_history as history
    inner join subscriptions
        on subscriptions.source = history.source
        and subscriptions.subscription_id = history.subscription_id
    where subscriptions.customer_id is not null

),

states as (

    -- What had ended before it was first seen was paid for from its start to its end.
    select
        customer_id, source, subscription_id, currency, 0 as night,
        coalesce(started_at, ended_at) as moved_at, monthly_minor as mrr_minor
    from seen
    where night = 1 and mrr_minor = 0 and ended_at is not null and monthly_minor > 0

    union all

    select
        customer_id,
        source,
        subscription_id,
        currency,
        night,
        case
            when mrr_minor = 0 and ended_at is not null then least(ended_at, seen_at)
            when night = 1 then least(coalesce(started_at, seen_at), seen_at)
            else seen_at
        end as moved_at,
        coalesce(mrr_minor, 0) as mrr_minor
    from seen

),

steps as (

    select
        states.*,
        mrr_minor - coalesce(
            lag(mrr_minor) over (partition by source, subscription_id, currency order by night), 0
        ) as delta_minor
    from states
    where currency is not null

),

running as (

    select
        steps.*,
        cast(sum(delta_minor) over (
            partition by customer_id, currency
            order by moved_at, source, subscription_id, night
            rows between unbounded preceding and current row
        ) as bigint) as after_minor,
        row_number() over (
            partition by customer_id, currency order by moved_at, source, subscription_id, night
        ) as nth,
        row_number() over (partition by source, subscription_id order by moved_at, night, currency) as place
    from steps
    where delta_minor <> 0

),

movements as (

    select
        source,
        subscription_id,
        place,
        customer_id,
        moved_at,
        date_trunc('month', moved_at) as month,
        case
            when after_minor > 0 and after_minor - delta_minor <= 0 and nth = 1 then 'new'
            when after_minor > 0 and after_minor - delta_minor <= 0 then 'reactivation'
            when after_minor <= 0 then 'churn'
            when delta_minor > 0 then 'expansion'
            else 'contraction'
        end as kind,
        currency,
        cast(delta_minor as bigint) as delta_minor,
        after_minor
    from running

)

select * from movements
