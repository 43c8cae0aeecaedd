-- invoices: what was asked for, and what of it was paid.
--
-- grain   source, invoice_id
-- reads   all_invoices
--         identities via all_invoices(source, source_id)

select
    invoices.source,
    invoices.invoice_id,
    identities.customer_id,
    invoices.source_id,
    invoices.subscription_id,
    invoices.invoice_number,
    invoices.status,
    invoices.currency,
    invoices.total_minor,
    invoices.paid_minor,
    invoices.due_minor,
    invoices.issued_at,
    invoices.due_at,
    invoices.paid_at,
    invoices.deleted_at

from all_invoices as invoices

left join identities
    on identities.source = invoices.source
    and identities.source_id = invoices.source_id
    and identities.valid_to is null
