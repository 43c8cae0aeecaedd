-- ratings: what a customer thought of the help they got.
--
-- `csat` is the same scale for every helpdesk: 0 is the worst answer it offers, 100 the best.
--
-- grain   source, rating_id
-- reads   all_ratings
--         identities via all_ratings(source, source_id)

select
    ratings.source,
    ratings.rating_id,
    identities.customer_id,
    ratings.source_id,
    ratings.ticket_id,
    ratings.score,
    ratings.csat,
    ratings.comment,
    ratings.reason,
    ratings.rated_at,
    ratings.deleted_at

from all_ratings as ratings

left join identities
    on identities.source = ratings.source
    and identities.source_id = ratings.source_id
    and identities.valid_to is null
