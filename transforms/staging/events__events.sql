-- events__events: something a visitor or a user did on a website or in a product.
--
-- grain   source, event_id
-- by      event_id
-- reads   raw_events.events(message_id as event_id)
-- into    web_events

select
    'events' as source,
    message_id as event_id,
    coalesce(filled(user_id), filled(anonymous_id), concat('event:', message_id)) as source_id,
    lower(type) as event_type,
    coalesce(filled(event), filled(name)) as event_name,
    coalesce(filled(properties__path), filled(properties__url)) as path,
    coalesce(timestamp, received_at) as occurred_at,
    deleted_at

from raw_events.events

where type in ('page', 'screen', 'track')
