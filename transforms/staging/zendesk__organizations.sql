-- zendesk__organizations: a company whose people ask for help. With several domains it is the first.
--
-- grain   source, company_id
-- by      company_key
-- reads   raw_zendesk.organizations(id as company_key)
-- into    companies

select
    'zendesk' as source,
    cast(id as varchar) as company_id,
    name as company_name,
    split_part(cast(domain_names as varchar), '"', 2) as domain,
    cast(null as varchar) as parent_id,
    deleted_at,
    id as company_key

from raw_zendesk.organizations
