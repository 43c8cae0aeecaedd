-- dynamics__lead_consents: which leads want no mails, and which no calls; an unticked box is no answer.
--
-- grain   source, consent_id
-- by      record_key
-- reads   raw_dynamics.leads(leadid as record_key)
-- into    consents

with

answers as (

    select leadid as record_key, 'email' as channel, coalesce(donotbulkemail, false) or coalesce(donotemail, false) as is_out, modifiedon as decided_at, deleted_at
    from raw_dynamics.leads

    union all

    select leadid as record_key, 'phone' as channel, donotphone as is_out, modifiedon as decided_at, deleted_at
    from raw_dynamics.leads

)

select
    'dynamics' as source,
    concat(record_key, ':', channel) as consent_id,
    record_key as source_id,
    channel,
    'opted_out' as state,
    case channel when 'email' then 'donotemail or donotbulkemail' else 'donotphone' end as raw_value,
    cast(null as varchar) as legal_basis,
    false as is_double_opt_in,
    decided_at,
    deleted_at,
    record_key

from answers

where coalesce(is_out, false)
