-- open_violations: what breaks a rule now, for how many days, and who should mend it.
--
-- The owner is the one its system names; where it names none, the one of the customer's record, the
-- first by source and id. `owner_name` is null where the system's staff may not be
-- read: an `owner_id` is there all the same. The rules are in `transforms/rules/`.
--
-- grain   rule, fact, source, item_id
-- reads   violations, all_owners, all_staff, source_records, reconciled

with

owners as (

    select
        owners.source,
        owners.fact,
        owners.item_id,
        owners.owner_id,
        coalesce(owners.owner_name, staff.owner_name) as owner_name
    from all_owners as owners
    left join all_staff as staff
        on staff.source = owners.source
        and staff.owner_id = owners.owner_id
    where owners.deleted_at is null

),

customers_owners as (

    select
        source_records.customer_id,
        owners.source,
        owners.owner_id,
        owners.owner_name,
        row_number() over (
            partition by source_records.customer_id order by owners.source, owners.item_id
        ) as place
    from owners
    inner join source_records
        on source_records.source = owners.source
        and source_records.source_id = owners.item_id
    where
        owners.fact = 'person'
        and source_records.deleted_at is null
        and source_records.customer_id in (select customer_id from violations where closed_at is null)

)

select
    violations.rule,
    violations.fact,
    violations.source,
    violations.item_id,
    violations.customer_id,
    coalesce(owners.source, customers_owners.source) as owner_source,
    coalesce(owners.owner_id, customers_owners.owner_id) as owner_id,
    case when owners.owner_id is null then customers_owners.owner_name else owners.owner_name end as owner_name,
    violations.since,
    violations.opened_at,
    cast(reconciled.reconciled_at as date) - cast(coalesce(violations.since, violations.opened_at) as date) as age_days

from violations

cross join reconciled

left join owners
    on owners.source = violations.source
    and owners.fact = violations.fact
    and owners.item_id = violations.item_id

left join customers_owners
    on customers_owners.customer_id = violations.customer_id
    and customers_owners.place = 1

where violations.closed_at is null
