-- salesforce__opportunity_contact_roles: which contacts a sale is with.
--
-- Two roles of one contact in one sale are two rows: the role's id keeps them apart.
--
-- grain   source, deal_id, source_id, role_id
-- by      role_id
-- reads   raw_salesforce.opportunity_contact_roles(id as role_id)
-- into    deal_contacts

select
    'salesforce' as source,
    opportunity_id as deal_id,
    contact_id as source_id,
    deleted_at,
    id as role_id

from raw_salesforce.opportunity_contact_roles

where opportunity_id is not null and contact_id is not null
