-- dynamics__opportunity_owners: who looks after a sale: a user or a team.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_dynamics.opportunities(opportunityid as item_id)
-- into    owners

select
    'dynamics' as source,
    'deal' as fact,
    opportunityid as item_id,

    filled(_ownerid_value) as owner_id,
    filled(_ownerid_value_label) as owner_name,
    deleted_at

from raw_dynamics.opportunities

where filled(_ownerid_value) is not null
