-- salesforce__case_openings: what a case began with: the customer's words where they wrote them.
--
-- A description that came by no form and no mail was typed by whoever took the call: a note.
--
-- grain   source, message_id
-- by      case_key
-- reads   raw_salesforce.cases(id as case_key)
-- into    messages

select
    'salesforce' as source,
    concat('case:', id) as message_id,
    id as ticket_id,
    case
        when filled(supplied_email) is not null or lower(origin) in ('web', 'email') then 'in' else 'note'
    end as direction,
    case
        when filled(supplied_email) is not null or lower(origin) in ('web', 'email') then md5(filled(description))
    end as text_key,
    created_date as sent_at,
    deleted_at,
    id as case_key

from raw_salesforce.cases
