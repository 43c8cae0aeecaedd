-- intercom__consents: who unsubscribed, complained, or cannot be reached; nobody says yes here.
--
-- grain   source, consent_id
-- by      contact_key
-- reads   raw_intercom.contacts(id as contact_key)
-- into    consents

select
    'intercom' as source,
    id as consent_id,
    id as source_id,
    'email' as channel,
    case
        when coalesce(unsubscribed_from_emails, false) then 'opted_out'
        when coalesce(marked_email_as_spam, false) then 'opted_out'
        else 'suppressed'
    end as state,
    case
        when coalesce(unsubscribed_from_emails, false) then 'unsubscribed from emails'
        when coalesce(marked_email_as_spam, false) then 'marked email as spam'
        else 'hard bounced'
    end as raw_value,
    cast(null as varchar) as legal_basis,
    false as is_double_opt_in,
    updated_at as decided_at,
    deleted_at,
    id as contact_key

from raw_intercom.contacts

where
    coalesce(unsubscribed_from_emails, false)
    or coalesce(marked_email_as_spam, false)
    or coalesce(has_hard_bounced, false)
