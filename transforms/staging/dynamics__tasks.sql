-- dynamics__tasks: something somebody is to do. State 0 is open.
--
-- Only what is about a contact or a lead says about whom.
--
-- grain   source, task_id
-- by      task_id
-- reads   raw_dynamics.tasks(activityid as task_id)
-- into    tasks

select
    'dynamics' as source,
    activityid as task_id,
    case
        when _regardingobjectid_value_type in ('contact', 'lead') then filled(_regardingobjectid_value)
    end as source_id,

    subject,
    lower(coalesce(statecode_label, cast(statecode as varchar))) as status,
    coalesce(statecode = 0, true) and deleted_at is null as is_open,

    createdon as created_at,
    scheduledend as due_at,
    modifiedon as updated_at,
    deleted_at

from raw_dynamics.tasks
