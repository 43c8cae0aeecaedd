-- usage_days: on which days somebody was on the website or in the product, and what they used there.
--
-- `feature` is the name of what they did (a tracked event); empty where they only looked at pages.
-- `day` begins at midnight UTC.
--
-- grain   customer_id, day, feature
-- by      customer_id
-- reads   web_events

select
    customer_id,
    date_trunc('day', occurred_at) as day,
    case when event_type = 'track' then coalesce(event_name, '') else '' end as feature,
    count(*) as events_count

from web_events

where deleted_at is null and customer_id is not null and occurred_at is not null

group by
    customer_id,
    date_trunc('day', occurred_at),
    case when event_type = 'track' then coalesce(event_name, '') else '' end
