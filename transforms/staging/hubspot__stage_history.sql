-- hubspot__stage_history: each stage a sale was put into, as HubSpot dates it.
--
-- grain   source, change_id
-- by      change_id
-- reads   raw_hubspot.stage_history(id as change_id)
-- into    stage_changes

select
    'hubspot' as source,
    id as change_id,
    deal_id,
    filled(stage) as stage,
    entered_at,
    deleted_at

from raw_hubspot.stage_history
