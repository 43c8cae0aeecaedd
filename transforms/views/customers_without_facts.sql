-- customers_without_facts: customers of whom nothing is known to have happened, and what they are known as.
--
-- grain   customer_id
-- reads   customer_metrics, source_records

with

kinds as (

    select
        customer_id,
        string_agg(distinct record_type, ', ' order by record_type) as known_as,
        string_agg(distinct source, ', ' order by source) as known_in
    from source_records
    where deleted_at is null and customer_id is not null
    group by customer_id

),

idle as (

    select metrics.customer_id, kinds.known_as, kinds.known_in
    from customer_metrics as metrics
    inner join kinds on kinds.customer_id = metrics.customer_id
    where
        purchases_count = 0
        and orders_count = 0
        and payments_count = 0
        and failed_payments_count = 0
        and refunds_count = 0
        and active_subscriptions_count = 0
        and last_subscription_ended_at is null
        and tickets_count = 0
        and ratings_count = 0
        and won_deals_count = 0
        and open_deals_count = 0
        and last_engaged_at is null
        and web_events_count = 0

)

select * from idle
