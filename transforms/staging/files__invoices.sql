-- files__invoices: what was asked for, as somebody's files tell it.
--
-- grain   source, invoice_id
-- by      system, invoice_key
-- reads   raw_files.invoices(system, id as invoice_key)
-- looks   currencies
-- into    invoices

select
    'files' as source,
    system || ':' || id as invoice_id,
    coalesce(system || ':' || filled(person_id), system || ':invoice:' || id) as source_id,
    system || ':' || filled(subscription_id) as subscription_id,
    coalesce(filled(invoice_number), id) as invoice_number,

    lower(filled(status)) as status,
    upper(filled(invoices.currency)) as currency,
    minor_units(invoices.total, factor) as total_minor,
    minor_units(invoices.paid, factor) as paid_minor,
    minor_units(invoices.due, factor) as due_minor,

    coalesce(issued_at, created_at) as issued_at,
    due_at,
    paid_at,
    deleted_at,

    system,
    id as invoice_key

from raw_files.invoices as invoices

left join currencies on currencies.currency = upper(filled(invoices.currency))
