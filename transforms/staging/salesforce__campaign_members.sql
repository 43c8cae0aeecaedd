-- salesforce__campaign_members: a contact or a lead was asked by a campaign, or answered it.
--
-- A membership has one state: its answer takes the place of its being asked.
--
-- grain   source, event_id
-- by      event_id
-- reads   raw_salesforce.campaign_members(id as event_id)
-- into    campaign_events

select
    'salesforce' as source,
    id as event_id,
    coalesce(contact_id, lead_id) as source_id,
    cast(null as varchar) as email,
    campaign_id,
    cast(null as varchar) as campaign_name,
    case when has_responded then 'responded' else 'sent' end as event_type,
    coalesce(first_responded_date, created_date) as occurred_at,
    deleted_at

from raw_salesforce.campaign_members
