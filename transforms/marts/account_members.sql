-- account_members: which company a source record's person is of, and how that is known.
--
-- `because`: `link`, its system says so; `domain`, the e-mail is the company's; `name`, only its name is
-- told. A record with neither link nor address of work goes where all others who name its company are;
-- subsidiaries with domains of their own stay apart. The id follows from the domain or the name, whoever came first. It joins nobody: who
-- is one person is never decided by it.
--
-- grain   source, source_id
-- by      source, source_id
-- reads   record_companies
--         company_domains via record_companies(domain)
--         company_names via record_companies(name_key)
--         company_accounts via record_companies(source, company_id)
-- checks  not_null(account_id), not_null(customer_id), accepted(because: link, domain, name)

with

known as (

    select
        records.source,
        records.source_id,
        records.customer_id,
        coalesce(linked.company_name, records.company) as company,
        records.name_key,
        linked.account_id as linked_id,
        linked.domain as linked_domain,
        case when domains.is_company then domains.domain end as own_domain,
        names.domain as named_domain

    from record_companies as records

    left join company_domains as domains on domains.domain = records.domain

    left join company_names as names on names.name_key = records.name_key

    left join company_accounts as linked
        on linked.source = records.source
        and linked.company_id = records.company_id

)

select
    source,
    source_id,
    customer_id,
    coalesce(linked_id, concat('a', substring(md5(
        case
            when coalesce(own_domain, named_domain) is not null
                then concat('domain:', coalesce(own_domain, named_domain))
            else concat('name:', name_key)
        end
    ), 1, 12))) as account_id,
    case
        when linked_id is not null then 'link'
        when own_domain is not null then 'domain'
        else 'name'
    end as because,
    case
        when linked_id is not null then linked_domain
        else coalesce(own_domain, named_domain)
    end as domain,
    company

from known

where coalesce(linked_id, own_domain, named_domain, name_key) is not null
