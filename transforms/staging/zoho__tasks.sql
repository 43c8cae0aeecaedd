-- zoho__tasks: what sales did, or are to do.
--
-- What a task is about may be a deal or a company; an id that is no deal's leads nowhere.
--
-- grain   source, activity_id
-- by      activity_id
-- reads   raw_zoho.tasks(id as activity_id)
-- into    activities

select
    'zoho' as source,
    id as activity_id,
    filled(who_id__id) as source_id,
    filled(what_id__id) as deal_id,
    'task' as activity_type,
    subject,
    lower(status) as status,
    coalesce(lower(status) = 'completed', false) as is_done,
    coalesce(lower(status) <> 'completed', true) and deleted_at is null as is_open,
    created_time as created_at,
    case
        when regexp_matches(due_date, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
            then cast(concat(due_date, ' 00:00:00+00') as timestamptz)
    end as due_at,
    closed_time as done_at,
    deleted_at

from raw_zoho.tasks
