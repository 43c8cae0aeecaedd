-- klaviyo__events: what became of one message to one person.
--
-- Klaviyo's log has all sorts of things in it: what is about a message names the message, or is of
-- one of Klaviyo's own metrics.
--
-- grain   source, event_id
-- by      event_id
-- reads   raw_klaviyo.events(id as event_id)
-- into    campaign_events

select
    'klaviyo' as source,
    id as event_id,
    profile_id as source_id,
    cast(null as varchar) as email,
    message_id as campaign_id,
    coalesce(filled(subject), campaign_name) as campaign_name,
    case
        when starts_with(metric_name, 'Received ') then 'delivered'
        when starts_with(metric_name, 'Opened ') then 'opened'
        when starts_with(metric_name, 'Clicked ') then 'clicked'
        when starts_with(metric_name, 'Bounced ') then 'bounced'
        when starts_with(metric_name, 'Unsubscribed ') then 'unsubscribed'
        when starts_with(metric_name, 'Marked ') then 'complained'
        else lower(metric_name)
    end as event_type,
    datetime as occurred_at,
    deleted_at

from raw_klaviyo.events

where
    filled(message_id) is not null
    or starts_with(metric_name, 'Unsubscribed ')
