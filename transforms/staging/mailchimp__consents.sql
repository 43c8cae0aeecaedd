-- mailchimp__consents: whether a member of an audience wants its mails.
--
-- Who confirmed later than they signed up opted in twice. A cleaned address cannot be reached.
--
-- grain   source, consent_id
-- by      list_id, contact_id
-- reads   raw_mailchimp.members
-- into    consents

select
    'mailchimp' as source,
    concat(list_id, '/', contact_id) as consent_id,
    concat(list_id, '/', contact_id) as source_id,
    'email' as channel,
    case status
        when 'subscribed' then 'opted_in'
        when 'pending' then 'pending'
        when 'cleaned' then 'suppressed'
        else 'opted_out'
    end as state,
    filled(concat(status, ' ', coalesce(unsubscribe_reason, ''))) as raw_value,
    cast(null as varchar) as legal_basis,
    coalesce(timestamp_opt > timestamp_signup, false) as is_double_opt_in,
    case when status = 'subscribed' then coalesce(timestamp_opt, last_changed) else last_changed end as decided_at,
    deleted_at,
    list_id,
    contact_id

from raw_mailchimp.members

where status in ('subscribed', 'pending', 'cleaned', 'unsubscribed', 'archived')
