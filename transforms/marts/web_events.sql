-- web_events: a page somebody looked at, or something they did in a product.
--
-- `minutes` is how long they stayed at least, by their next event: 0, 1, 2, 5 or 10; null where nothing
-- followed within half an hour.
--
-- grain   source, event_id
-- by      source, source_id
-- reads   all_web_events, identities

with

followed as (

    select
        events.*,
        lead(occurred_at) over (
            partition by source, source_id, case when deleted_at is null then 1 else 0 end
            order by occurred_at, event_id
        ) as next_at
    from all_web_events as events

),

seen as (

    select
        followed.source,
        followed.event_id,
        identities.customer_id,
        followed.source_id,
        followed.event_type,
        followed.event_name,
        followed.path,
        case
            when next_at is null or next_at > occurred_at + interval '30' minute then null
            when next_at >= occurred_at + interval '10' minute then 10
            when next_at >= occurred_at + interval '5' minute then 5
            when next_at >= occurred_at + interval '2' minute then 2
            when next_at >= occurred_at + interval '1' minute then 1
            else 0
        end as minutes,
        followed.occurred_at,
        followed.deleted_at

    from followed

    left join identities
        on identities.source = followed.source
        and identities.source_id = followed.source_id
        and identities.valid_to is null

)

select * from seen
