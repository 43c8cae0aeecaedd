-- hubspot__consents: whether a contact wants mails, or on which ground they may be sent.
--
-- A contact may have no answer, and a legal basis all the same: then mails are permitted.
--
-- grain   source, consent_id
-- by      contact_key
-- reads   raw_hubspot.contacts(id as contact_key)
-- into    consents

with

answers as (

    select
        id,
        lower(properties__hs_email_optout) = 'true' as is_out,
        case
            when lower(filled(properties__hs_legal_basis)) <> 'not applicable'
                then filled(properties__hs_legal_basis)
        end as legal_basis,
        updated_at,
        deleted_at
    from raw_hubspot.contacts

)

select
    'hubspot' as source,
    id as consent_id,
    id as source_id,
    'email' as channel,
    case
        when coalesce(is_out, false) then 'opted_out'
        when position('consent' in lower(legal_basis)) > 0 then 'opted_in'
        else 'permitted'
    end as state,
    case when coalesce(is_out, false) then 'opted out of e-mail' else legal_basis end as raw_value,
    legal_basis,
    false as is_double_opt_in,
    updated_at as decided_at,
    deleted_at,
    id as contact_key

from answers

where coalesce(is_out, false) or legal_basis is not null
