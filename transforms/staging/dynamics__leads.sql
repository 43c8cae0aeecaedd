-- dynamics__leads: somebody who may buy one day; once qualified (state 1), the contact they became.
--
-- Before that the contact of a lead may be anybody who knows them.
--
-- grain   source, source_id
-- by      source_id
-- reads   raw_dynamics.leads(leadid as source_id)
-- into    source_records

select
    'dynamics' as source,
    leadid as source_id,
    'lead' as record_type,

    firstname as first_name,
    lastname as last_name,
    fullname as full_name,

    emailaddress1 as email,
    filled(concat(coalesce(emailaddress2, ''), coalesce(';' || emailaddress3, ''))) as other_emails,
    telephone1 as phone,
    mobilephone as other_phone,
    cast(null as varchar) as date_of_birth,

    companyname as company,
    cast(null as varchar) as company_id,
    jobtitle as job_title,
    cast(null as varchar) as industry,
    leadsourcecode_label as lead_source,
    address1_line1 as street,
    address1_city as city,
    address1_stateorprovince as state,
    address1_postalcode as postcode,
    address1_country as country,
    cast(null as varchar) as language,

    case
        when coalesce(donotbulkemail, false) or coalesce(donotemail, false) then 'opted_out'
    end as email_consent,
    case when statecode = 1 then 'dynamics:' || filled(_parentcontactid_value) end as links,
    merged_into,

    createdon as created_at,
    modifiedon as updated_at,
    deleted_at

from raw_dynamics.leads
