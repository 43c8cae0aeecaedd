-- hubspot__email_events: what became of one marketing e-mail to one address.
--
-- grain   source, event_id
-- by      event_id
-- reads   raw_hubspot.email_events(id as event_id)
-- into    campaign_events

select
    'hubspot' as source,
    id as event_id,
    cast(null as varchar) as source_id,
    lower(filled(recipient)) as email,
    email_campaign_id as campaign_id,
    subject as campaign_name,
    case upper(type)
        when 'OPEN' then 'opened'
        when 'CLICK' then 'clicked'
        when 'BOUNCE' then 'bounced'
        when 'SPAMREPORT' then 'complained'
        when 'STATUSCHANGE' then 'unsubscribed'
        else lower(type)
    end as event_type,
    created as occurred_at,
    deleted_at

from raw_hubspot.email_events
