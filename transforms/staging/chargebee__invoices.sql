-- chargebee__invoices: what was asked for. An invoice's id is its number.
--
-- grain   source, invoice_id
-- by      invoice_id
-- reads   raw_chargebee.invoices(id as invoice_id)
-- into    invoices

select
    'chargebee' as source,
    id as invoice_id,
    coalesce(filled(customer_id), concat('invoice:', id)) as source_id,
    subscription_id,
    id as invoice_number,

    case status
        when 'pending' then 'draft'
        when 'posted' then 'open'
        when 'payment_due' then 'open'
        when 'not_paid' then 'uncollectible'
        when 'voided' then 'void'
        else status
    end as status,
    upper(currency_code) as currency,
    total as total_minor,
    amount_paid as paid_minor,
    amount_due as due_minor,

    coalesce(date, generated_at) as issued_at,
    due_date as due_at,
    paid_at,
    deleted_at

from raw_chargebee.invoices
