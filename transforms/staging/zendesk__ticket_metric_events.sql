-- zendesk__ticket_metric_events: when a ticket was first answered, and when it was solved.
--
-- The first answer ends the first turn of Zendesk's reply time; the time that the requester waits, and
-- that of resolution, end when the ticket is solved. Unverified: that they end at no other moment.
--
-- grain   source, event_id
-- by      event_id
-- reads   raw_zendesk.ticket_metric_events(id as event_id)
-- into    ticket_events

select
    'zendesk' as source,
    cast(id as varchar) as event_id,
    cast(ticket_id as varchar) as ticket_id,
    case when metric = 'reply_time' then 'replied' else 'solved' end as event_type,
    time as occurred_at,
    deleted_at

from raw_zendesk.ticket_metric_events

where
    type = 'fulfill'
    and (
        metric in ('requester_wait_time', 'resolution_time')
        or (metric = 'reply_time' and coalesce(instance_id, 1) = 1)
    )
