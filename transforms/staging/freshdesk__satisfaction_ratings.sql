-- freshdesk__satisfaction_ratings: what somebody thought of the help, from -103 to 103.
--
-- grain   source, rating_id
-- by      rating_id
-- reads   raw_freshdesk.satisfaction_ratings(id as rating_id)
-- into    ratings

select
    'freshdesk' as source,
    cast(id as varchar) as rating_id,
    cast(ticket_id as varchar) as ticket_id,
    coalesce(cast(user_id as varchar), concat('rating:', cast(id as varchar))) as source_id,

    case
        when ratings__default_question > 100 then 'good'
        when ratings__default_question < 0 then 'bad'
        when ratings__default_question is not null then 'neutral'
    end as score,
    case ratings__default_question
        when 103 then 100
        when 102 then 83
        when 101 then 67
        when 100 then 50
        when -101 then 33
        when -102 then 17
        when -103 then 0
    end as csat,
    feedback as comment,
    cast(null as varchar) as reason,

    coalesce(updated_at, created_at) as rated_at,
    deleted_at

from raw_freshdesk.satisfaction_ratings
