-- dynamics__opportunity_contacts: the contact a sale is with.
--
-- grain   source, deal_id, source_id
-- by      deal_id
-- reads   raw_dynamics.opportunities(opportunityid as deal_id)
-- into    deal_contacts

select
    'dynamics' as source,
    opportunityid as deal_id,
    _parentcontactid_value as source_id,
    deleted_at

from raw_dynamics.opportunities

where _parentcontactid_value is not null
