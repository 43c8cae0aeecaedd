-- dynamics__incidents: a case: something a contact or a company needs. State 0 is active.
--
-- The customer of a case may be a company; then the person is the primary contact.
--
-- grain   source, ticket_id
-- by      ticket_id
-- reads   raw_dynamics.incidents(incidentid as ticket_id)
-- into    tickets

select
    'dynamics' as source,
    incidentid as ticket_id,
    coalesce(
        filled(_primarycontactid_value),
        case when _customerid_value_type = 'contact' then filled(_customerid_value) end,
        concat('ticket:', incidentid)
    ) as source_id,
    case when _customerid_value_type = 'account' then _customerid_value end as organisation_id,

    title as subject,
    lower(coalesce(statecode_label, cast(statecode as varchar))) as status,
    coalesce(statecode = 0, true) and deleted_at is null as is_open,
    lower(coalesce(prioritycode_label, cast(prioritycode as varchar))) as priority,
    lower(coalesce(caseorigincode_label, cast(caseorigincode as varchar))) as channel,

    createdon as created_at,
    modifiedon as updated_at,
    deleted_at

from raw_dynamics.incidents
