-- dynamics__tasks: what sales or service did, or are to do. State 0 is open, 1 completed, 2 cancelled.
--
-- When a task was done is not told.
--
-- grain   source, activity_id
-- by      activity_id
-- reads   raw_dynamics.tasks(activityid as activity_id)
-- into    activities

select
    'dynamics' as source,
    activityid as activity_id,
    case when _regardingobjectid_value_type in ('contact', 'lead') then _regardingobjectid_value end as source_id,
    case when _regardingobjectid_value_type = 'opportunity' then _regardingobjectid_value end as deal_id,
    'task' as activity_type,
    subject,
    lower(coalesce(statecode_label, cast(statecode as varchar))) as status,
    coalesce(statecode = 1, false) as is_done,
    coalesce(statecode = 0, true) and deleted_at is null as is_open,
    createdon as created_at,
    scheduledend as due_at,
    cast(null as timestamptz) as done_at,
    deleted_at

from raw_dynamics.tasks
