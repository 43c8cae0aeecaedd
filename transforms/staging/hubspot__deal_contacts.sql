-- hubspot__deal_contacts: which contacts a deal is with. Either end may be named first.
--
-- grain   source, deal_id, source_id, from_type
-- by      from_type, from_id, to_type, to_id
-- reads   raw_hubspot.associations
-- into    deal_contacts

select
    'hubspot' as source,
    case when starts_with(from_type, 'deal') then from_id else to_id end as deal_id,
    case when starts_with(from_type, 'deal') then to_id else from_id end as source_id,
    deleted_at,
    from_type,
    from_id,
    to_type,
    to_id

from raw_hubspot.associations

where
    (starts_with(from_type, 'deal') and starts_with(to_type, 'contact'))
    or (starts_with(from_type, 'contact') and starts_with(to_type, 'deal'))
