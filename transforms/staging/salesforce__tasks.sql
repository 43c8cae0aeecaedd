-- salesforce__tasks: something somebody is to do, about a contact or a lead.
--
-- grain   source, task_id
-- by      task_id
-- reads   raw_salesforce.tasks(id as task_id)
-- into    tasks

select
    'salesforce' as source,
    id as task_id,
    filled(who_id) as source_id,

    subject,
    lower(status) as status,
    coalesce(not is_closed, true) and deleted_at is null as is_open,

    created_date as created_at,
    activity_date as due_at,
    system_modstamp as updated_at,
    deleted_at

from raw_salesforce.tasks
