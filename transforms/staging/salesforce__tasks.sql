-- salesforce__tasks: what sales or service did, or are to do: a task, a call, a mail.
--
-- Ids of opportunities begin with 006. When a task was done is not told.
--
-- grain   source, activity_id
-- by      activity_id
-- reads   raw_salesforce.tasks(id as activity_id)
-- into    activities

select
    'salesforce' as source,
    id as activity_id,
    filled(who_id) as source_id,
    case when starts_with(what_id, '006') then what_id end as deal_id,
    lower(coalesce(filled(task_subtype), 'task')) as activity_type,
    subject,
    lower(status) as status,
    coalesce(is_closed, false) as is_done,
    coalesce(not is_closed, true) and deleted_at is null as is_open,
    created_date as created_at,
    activity_date as due_at,
    cast(null as timestamptz) as done_at,
    deleted_at

from raw_salesforce.tasks
