-- zoho__deal_contacts: the contact a deal is with; Zoho names one on the deal itself.
--
-- grain   source, deal_id, source_id
-- by      deal_id
-- reads   raw_zoho.deals(id as deal_id)
-- into    deal_contacts

select
    'zoho' as source,
    id as deal_id,
    contact_name__id as source_id,
    deleted_at

from raw_zoho.deals

where contact_name__id is not null
