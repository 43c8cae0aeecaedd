-- zendesk__satisfaction_ratings: what somebody thought of the help. An offer is no answer.
--
-- grain   source, rating_id
-- by      rating_id
-- reads   raw_zendesk.satisfaction_ratings(id as rating_id)
-- into    ratings

select
    'zendesk' as source,
    cast(id as varchar) as rating_id,
    cast(ticket_id as varchar) as ticket_id,
    coalesce(cast(requester_id as varchar), concat('rating:', cast(id as varchar))) as source_id,

    score,
    case when starts_with(score, 'good') then 100 when starts_with(score, 'bad') then 0 end as csat,
    comment,
    reason,

    coalesce(updated_at, created_at) as rated_at,
    deleted_at

from raw_zendesk.satisfaction_ratings

where score not in ('offered', 'unoffered')
