-- unopened: got a mail within ninety days and opened none of that time.
--
-- grain   customer_id
-- reads   campaign_events, reconciled

with

recent as (

    select campaign_events.*
    from campaign_events
    cross join reconciled
    where
        deleted_at is null
        and customer_id is not null
        and occurred_at > reconciled.reconciled_at - interval '90' day
        and occurred_at <= reconciled.reconciled_at

)

select customer_id
from recent
group by customer_id
having
    count(*) filter (where event_type in ('sent', 'delivered')) > 0
    and count(*) filter (where event_type in ('opened', 'clicked')) = 0
