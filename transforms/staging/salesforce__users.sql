-- salesforce__users: somebody who works in Salesforce, by the name colleagues know.
--
-- grain   source, owner_id
-- by      owner_id
-- reads   raw_salesforce.users(id as owner_id)
-- into    staff

select
    'salesforce' as source,
    id as owner_id,
    filled(name) as owner_name,
    deleted_at

from raw_salesforce.users
