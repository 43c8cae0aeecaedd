-- activities: what somebody of ours did, or is to do, about a customer: a call, a mail, a meeting, a task.
--
-- One that names a deal and no person belongs to the customer the deal is with.
--
-- grain   source, activity_id
-- reads   all_activities
--         identities via all_activities(source, source_id)
--         deals via all_activities(source, deal_id)

select
    activities.source,
    activities.activity_id,
    coalesce(identities.customer_id, deals.customer_id) as customer_id,
    coalesce(activities.source_id, deals.source_id) as source_id,
    activities.deal_id,
    activities.activity_type,
    activities.subject,
    activities.status,
    activities.is_done,
    activities.is_open,
    activities.created_at,
    activities.due_at,
    activities.done_at,
    activities.deleted_at

from all_activities as activities

left join identities
    on identities.source = activities.source
    and identities.source_id = activities.source_id
    and identities.valid_to is null

left join deals
    on deals.source = activities.source
    and deals.deal_id = activities.deal_id
