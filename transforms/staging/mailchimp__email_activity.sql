-- mailchimp__email_activity: an open, a click or a bounce of one mail to one address.
--
-- grain   source, event_id
-- by      campaign_id, email_id, action, unix_second, nth
-- reads   raw_mailchimp.email_activity
-- into    campaign_events

select
    'mailchimp' as source,
    concat(
        campaign_id, '/', email_id, '/', action, '/',
        cast(unix_second as varchar), '/', cast(nth as varchar)
    ) as event_id,
    cast(null as varchar) as source_id,
    lower(filled(email_address)) as email,
    campaign_id,
    coalesce(filled(subject_line), campaign_title) as campaign_name,
    case lower(action)
        when 'open' then 'opened'
        when 'click' then 'clicked'
        when 'bounce' then 'bounced'
        else lower(action)
    end as event_type,
    timestamp as occurred_at,
    deleted_at,
    email_id,
    action,
    unix_second,
    nth

from raw_mailchimp.email_activity
