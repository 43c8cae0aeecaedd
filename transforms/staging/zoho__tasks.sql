-- zoho__tasks: something somebody is to do, about a contact or a lead.
--
-- grain   source, task_id
-- by      task_id
-- reads   raw_zoho.tasks(id as task_id)
-- into    tasks

select
    'zoho' as source,
    id as task_id,
    filled(who_id__id) as source_id,

    subject,
    lower(status) as status,
    coalesce(lower(status) <> 'completed', true) and deleted_at is null as is_open,

    created_time as created_at,
    case
        when regexp_matches(due_date, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
            then cast(concat(due_date, ' 00:00:00+00') as timestamptz)
    end as due_at,
    modified_time as updated_at,
    deleted_at

from raw_zoho.tasks
