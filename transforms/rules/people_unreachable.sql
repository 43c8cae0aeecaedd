-- people_unreachable: contacts and leads without a valid e-mail and without a valid phone.
--
-- grain   fact, source, item_id
-- reads   source_records

select
    'person' as fact,
    source,
    source_id as item_id,
    customer_id,
    created_at as since
from source_records
where
    deleted_at is null
    and merged_into is null
    and record_type in ('contact', 'lead')
    and coalesce(email_status, '') not in ('personal', 'role')
    and coalesce(phone_status, '') <> 'good'
