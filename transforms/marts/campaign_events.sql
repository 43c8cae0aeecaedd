-- campaign_events: what became of one message to one person.
--
-- Whose it is: the source record the system names, else the only customer who uses the address.
--
-- grain   source, event_id
-- reads   all_campaign_events
--         identities via all_campaign_events(source, source_id)
--         mailboxes via all_campaign_events(email)

select
    events.source,
    events.event_id,
    coalesce(identities.customer_id, mailboxes.customer_id) as customer_id,
    events.source_id,
    events.email,
    events.campaign_id,
    events.campaign_name,
    events.event_type,
    events.occurred_at,
    events.deleted_at

from all_campaign_events as events

left join identities
    on identities.source = events.source
    and identities.source_id = events.source_id
    and identities.valid_to is null

left join mailboxes on mailboxes.email = events.email
