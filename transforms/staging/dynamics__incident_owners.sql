-- dynamics__incident_owners: who looks after a case: a user or a team.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_dynamics.incidents(incidentid as item_id)
-- into    owners

select
    'dynamics' as source,
    'ticket' as fact,
    incidentid as item_id,

    filled(_ownerid_value) as owner_id,
    filled(_ownerid_value_label) as owner_name,
    deleted_at

from raw_dynamics.incidents

where filled(_ownerid_value) is not null
