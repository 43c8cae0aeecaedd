-- invoices_overdue: invoices that are 14 days past their day and not paid.
--
-- grain   fact, source, item_id
-- reads   invoices, reconciled

select
    'invoice' as fact,
    invoices.source,
    invoices.invoice_id as item_id,
    invoices.customer_id,
    invoices.due_at as since
from invoices
cross join reconciled
where
    invoices.deleted_at is null
    and coalesce(invoices.status, '') not in ('paid', 'void', 'voided', 'uncollectible', 'draft')
    and invoices.due_minor > 0
    and invoices.due_at < reconciled.reconciled_at - interval '14' day
