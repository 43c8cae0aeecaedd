-- deals: a sale somebody works on, and the customer it is with.
--
-- With several contacts it is the one whose id comes first that belongs to a customer.
--
-- grain   source, deal_id
-- reads   all_deals, all_deal_contacts
--         identities via all_deal_contacts(source, source_id)

with

contacts as (

    select
        links.source,
        links.deal_id,
        links.source_id,
        identities.customer_id,
        row_number() over (
            partition by links.source, links.deal_id
            order by case when identities.customer_id is null then 1 else 0 end, links.source_id
        ) as rn
    from all_deal_contacts as links
    left join identities
        on identities.source = links.source
        and identities.source_id = links.source_id
        and identities.valid_to is null
    where links.deleted_at is null

),

sales as (

    select
        deals.source,
        deals.deal_id,
        contacts.customer_id,
        contacts.source_id,
        deals.deal_name,
        deals.pipeline,
        deals.stage,
        deals.is_won,
        deals.is_closed,
        deals.currency,
        deals.amount_minor,
        deals.created_at,
        deals.closes_at,
        deals.updated_at,
        deals.deleted_at

    from all_deals as deals

    left join contacts
        on contacts.source = deals.source
        and contacts.deal_id = deals.deal_id
        and contacts.rn = 1

)

select * from sales
