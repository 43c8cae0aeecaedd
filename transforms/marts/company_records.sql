-- company_records: one live company in one system: its name, and the domain of its site.
--
-- `name_key` is written as in record_companies; a domain under which anybody may have an address says
-- nothing of a company.
--
-- grain   source, company_id
-- reads   all_companies
-- looks   free_mail, no_companies

with

told as (

    select
        source,
        company_id,
        filled(company_name) as company_name,
        nullif(trim(regexp_replace(regexp_replace(lower(company_name), '[.,;:''"()&/-]', ' ', 'g'), ' +', ' ', 'g')), '') as name_key,
        filled(split_part(split_part(split_part(regexp_replace(regexp_replace(lower(trim(domain)), '^https?://', '', 'g'), '^www[.]', '', 'g'), '/', 1), '?', 1), ':', 1)) as site,
        filled(parent_id) as parent_id
    from all_companies
    where deleted_at is null

)

select
    told.source,
    told.company_id,
    case when no_companies.name_key is null then told.company_name end as company_name,
    case when no_companies.name_key is null then told.name_key end as name_key,
    case when free_mail.domain is null and position('.' in told.site) > 0 then told.site end as domain,
    told.parent_id

from told

left join free_mail on free_mail.domain = told.site

left join no_companies on no_companies.name_key = told.name_key
