-- salesforce__lead_consents: which leads want no mails, and which no calls; an unticked box is no answer.
--
-- grain   source, consent_id
-- by      record_key
-- reads   raw_salesforce.leads(id as record_key)
-- into    consents

with

answers as (

    select id as record_key, 'email' as channel, has_opted_out_of_email as is_out, system_modstamp as decided_at, deleted_at
    from raw_salesforce.leads

    union all

    select id as record_key, 'phone' as channel, do_not_call as is_out, system_modstamp as decided_at, deleted_at
    from raw_salesforce.leads

)

select
    'salesforce' as source,
    concat(record_key, ':', channel) as consent_id,
    record_key as source_id,
    channel,
    'opted_out' as state,
    case channel when 'email' then 'HasOptedOutOfEmail' else 'DoNotCall' end as raw_value,
    cast(null as varchar) as legal_basis,
    false as is_double_opt_in,
    decided_at,
    deleted_at,
    record_key

from answers

where coalesce(is_out, false)
