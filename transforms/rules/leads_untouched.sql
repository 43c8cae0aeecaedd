-- leads_untouched: leads of the last 30 days that nobody has touched for 48 hours.
--
-- Touched: changed in their system, or planned a task about. What we write back ourselves changes a
-- record too, and counts as a touch.
--
-- grain   fact, source, item_id
-- reads   source_records, activities, reconciled

with

planned as (

    select source, source_id, max(created_at) as planned_at
    from activities
    group by source, source_id

),

leads as (

    select
        leads.source,
        leads.source_id,
        leads.customer_id,
        greatest(coalesce(leads.updated_at, leads.created_at), planned.planned_at) as touched_at
    from source_records as leads
    left join planned
        on planned.source = leads.source
        and planned.source_id = leads.source_id
    cross join reconciled
    where
        leads.deleted_at is null
        and leads.merged_into is null
        and leads.record_type = 'lead'
        and leads.created_at > reconciled.reconciled_at - interval '30' day

)

select
    'person' as fact,
    leads.source,
    leads.source_id as item_id,
    leads.customer_id,
    leads.touched_at as since
from leads
cross join reconciled
where leads.touched_at <= reconciled.reconciled_at - interval '48' hour
