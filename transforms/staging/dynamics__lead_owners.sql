-- dynamics__lead_owners: who looks after a lead: a user or a team.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_dynamics.leads(leadid as item_id)
-- into    owners

select
    'dynamics' as source,
    'person' as fact,
    leadid as item_id,

    filled(_ownerid_value) as owner_id,
    filled(_ownerid_value_label) as owner_name,
    deleted_at

from raw_dynamics.leads

where filled(_ownerid_value) is not null
