-- record_companies: what each live source record tells of a company: a name for it, an address of work, and a link.
--
-- `domain` is that of the e-mail unless anybody may have an address there. `name_key` is the name
-- without capitals, punctuation and doubled blanks; its legal form stays, for a GmbH is no Ltd. What
-- people write where they have no company is no name.
--
-- grain   source, source_id
-- by      source, source_id
-- reads   source_records
-- looks   free_mail, no_companies

with

told as (

    select
        source,
        source_id,
        customer_id,
        company,
        company_id,
        nullif(trim(regexp_replace(regexp_replace(lower(company), '[.,;:''"()&/-]', ' ', 'g'), ' +', ' ', 'g')), '') as name_key,
        case when email_status in ('personal', 'role') then lower(split_part(email, '@', 2)) end as mail_domain
    from source_records
    where deleted_at is null and customer_id is not null

)

select
    told.source,
    told.source_id,
    told.customer_id,
    case when no_companies.name_key is null then told.company end as company,
    told.company_id,
    case when no_companies.name_key is null then told.name_key end as name_key,
    case when free_mail.domain is null then nullif(told.mail_domain, '') end as domain

from told

left join free_mail on free_mail.domain = told.mail_domain

left join no_companies on no_companies.name_key = told.name_key

where (told.name_key is not null and no_companies.name_key is null) or told.company_id is not null or (free_mail.domain is null and told.mail_domain <> '')
