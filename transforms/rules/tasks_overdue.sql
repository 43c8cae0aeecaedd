-- tasks_overdue: open tasks that were due before yesterday.
--
-- grain   fact, source, item_id
-- reads   activities, reconciled

select
    'task' as fact,
    tasks.source,
    tasks.activity_id as item_id,
    tasks.customer_id,
    tasks.due_at as since
from activities as tasks
cross join reconciled
where
    tasks.deleted_at is null
    and tasks.is_open
    and tasks.due_at < reconciled.reconciled_at - interval '1' day
