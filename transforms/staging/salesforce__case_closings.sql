-- salesforce__case_closings: when a case was closed; Salesforce forgets it when one is opened again.
--
-- grain   source, event_id
-- by      event_id
-- reads   raw_salesforce.cases(id as event_id)
-- into    ticket_events

select
    'salesforce' as source,
    id as event_id,
    id as ticket_id,
    'solved' as event_type,
    closed_date as occurred_at,
    deleted_at

from raw_salesforce.cases

where is_closed and closed_date is not null
