-- intercom__conversation_ratings: what somebody thought of the help, from 1 to 5.
--
-- grain   source, rating_id
-- by      rating_id
-- reads   raw_intercom.conversations(id as rating_id)
-- into    ratings

select
    'intercom' as source,
    id as rating_id,
    id as ticket_id,
    coalesce(contact_id, concat('conversation:', id)) as source_id,

    case
        when conversation_rating__rating >= 4 then 'good'
        when conversation_rating__rating = 3 then 'neutral'
        else 'bad'
    end as score,
    (conversation_rating__rating - 1) * 25 as csat,
    filled(conversation_rating__remark) as comment,
    cast(null as varchar) as reason,

    coalesce(conversation_rating__created_at, updated_at) as rated_at,
    deleted_at

from raw_intercom.conversations

where conversation_rating__rating is not null
