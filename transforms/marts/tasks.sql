-- tasks: something somebody is to do, and the customer it is about.
--
-- Of Salesforce, Dynamics and Zoho; no other system here tells what is planned.
--
-- grain   source, task_id
-- reads   all_tasks
--         identities via all_tasks(source, source_id)

select
    tasks.source,
    tasks.task_id,
    identities.customer_id,
    tasks.source_id,
    tasks.subject,
    tasks.status,
    tasks.is_open,
    tasks.created_at,
    tasks.due_at,
    tasks.updated_at,
    tasks.deleted_at

from all_tasks as tasks

left join identities
    on identities.source = tasks.source
    and identities.source_id = tasks.source_id
    and identities.valid_to is null
