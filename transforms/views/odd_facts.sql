-- odd_facts: facts that cannot be right as they stand, and what is odd about them.
--
-- None of them is silently in a figure: an amount too large or negative counts nowhere, MRR in two
-- currencies is unknown, a date in the future is not recent. What belongs to nobody is in
-- unplaced_facts. A stage is abandoned where no deal was moved into it for a year in a pipeline that
-- saw others move within 90 days.
--
-- grain   fact, source, item_id, oddity
-- reads   orders, payments, refunds, tickets, campaign_events, web_events, deals, subscriptions, order_lines, reconciled

with

dated as (

    select 'order' as fact, source, order_id as item_id, customer_id, placed_at as at
    from orders
    where deleted_at is null

    union all

    select 'payment' as fact, source, payment_id as item_id, customer_id, paid_at as at
    from payments
    where deleted_at is null

    union all

    select 'refund' as fact, source, refund_id as item_id, customer_id, refunded_at as at
    from refunds
    where deleted_at is null

    union all

    select 'ticket' as fact, source, ticket_id as item_id, customer_id, created_at as at
    from tickets
    where deleted_at is null

    union all

    select 'message event' as fact, source, event_id as item_id, customer_id, occurred_at as at
    from campaign_events
    where deleted_at is null

    union all

    select 'web event' as fact, source, event_id as item_id, customer_id, occurred_at as at
    from web_events
    where deleted_at is null

    union all

    select 'deal' as fact, source, deal_id as item_id, customer_id, created_at as at
    from deals
    where deleted_at is null

),

stages as (

    select
        source,
        coalesce(pipeline, '') as pipeline,
        stage,
        max(updated_at) as moved_at
    from deals
    where deleted_at is null
    group by source, coalesce(pipeline, ''), stage

),

pipelines as (

    select source, pipeline, max(moved_at) as moved_at
    from stages
    group by source, pipeline

),

odd as (

    select fact, source, item_id, customer_id, 'it happens in the future' as oddity
    from dated
    cross join reconciled
    where dated.at > reconciled.reconciled_at + interval '1' day

    union all

    select 'refund' as fact, source, refund_id as item_id, customer_id, 'larger than what was paid' as oddity
    from refunds
    where deleted_at is null and is_too_large

    union all

    select 'order' as fact, source, order_id as item_id, customer_id, 'more given back than paid' as oddity
    from orders
    where deleted_at is null and refunded_minor > total_minor

    union all

    select 'order' as fact, source, order_id as item_id, customer_id, 'a negative amount' as oddity
    from orders
    where deleted_at is null and total_minor < 0

    union all

    select 'order' as fact, source, order_id as item_id, customer_id, 'an amount without a currency' as oddity
    from orders
    where deleted_at is null and currency is null and total_minor <> 0

    union all

    select 'order line' as fact, source, order_line_id as item_id, customer_id, 'a negative quantity' as oddity
    from order_lines
    where deleted_at is null and quantity < 0

    union all

    select 'subscription' as fact, source, subscription_id as item_id, customer_id, 'in two currencies' as oddity
    from subscriptions
    where deleted_at is null and position(',' in currencies) > 0

    union all

    select 'subscription' as fact, source, subscription_id as item_id, customer_id, 'ended before it began' as oddity
    from subscriptions
    where deleted_at is null and ended_at < started_at

    union all

    select 'ticket' as fact, source, ticket_id as item_id, customer_id, 'closed before it was opened' as oddity
    from tickets
    where deleted_at is null and not is_open and updated_at < created_at

    union all

    select
        'deal' as fact, deals.source, deals.deal_id as item_id, deals.customer_id, 'in an abandoned stage' as oddity
    from deals
    inner join stages
        on stages.source = deals.source
        and stages.pipeline = coalesce(deals.pipeline, '')
        and stages.stage = deals.stage
    inner join pipelines
        on pipelines.source = stages.source
        and pipelines.pipeline = stages.pipeline
    cross join reconciled
    where
        deals.deleted_at is null
        and not deals.is_closed
        and stages.moved_at < reconciled.reconciled_at - interval '365' day
        and pipelines.moved_at > reconciled.reconciled_at - interval '90' day

)

select * from odd
