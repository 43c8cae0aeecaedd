-- dynamics__contact_owners: who looks after a contact: a user or a team.
--
-- grain   source, fact, item_id
-- by      item_id
-- reads   raw_dynamics.contacts(contactid as item_id)
-- into    owners

select
    'dynamics' as source,
    'person' as fact,
    contactid as item_id,

    filled(_ownerid_value) as owner_id,
    filled(_ownerid_value_label) as owner_name,
    deleted_at

from raw_dynamics.contacts

where filled(_ownerid_value) is not null
