-- wukong__activities: a follow-up or a visit, whoever it was about; its first words are its subject.
--
-- It is written down when it was made, so it is done.
--
-- grain   source, activity_id
-- by      activity_key
-- reads   raw_wukong.activities(id as activity_key)
-- into    activities

select
    'wukong' as source,
    cast(id as varchar) as activity_id,
    case
        when activity_type = 3 then concat('contact:', cast(activity_type_id as varchar))
        when activity_type = 1 then concat('lead:', cast(activity_type_id as varchar))
    end as source_id,
    case when activity_type = 5 then cast(activity_type_id as varchar) end as deal_id,
    coalesce(lower(filled(category)), case when type = 4 then 'visit' else 'follow-up' end) as activity_type,
    left(filled(content), 100) as subject,
    'done' as status,
    true as is_done,
    false as is_open,
    create_time as created_at,
    cast(null as timestamptz) as due_at,
    create_time as done_at,
    deleted_at,
    id as activity_key

from raw_wukong.activities

where type in (1, 4)
