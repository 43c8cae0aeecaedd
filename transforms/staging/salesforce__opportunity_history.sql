-- salesforce__opportunity_history: the stage a sale was in whenever Salesforce wrote its history.
--
-- It does so at each change of amount, close date and probability, too: the stage may be as before.
--
-- grain   source, change_id
-- by      change_id
-- reads   raw_salesforce.opportunity_history(id as change_id)
-- into    stage_changes

select
    'salesforce' as source,
    id as change_id,
    opportunity_id as deal_id,
    filled(stage_name) as stage,
    created_date as entered_at,
    deleted_at

from raw_salesforce.opportunity_history
