-- stripe__invoices: what was asked for.
--
-- grain   source, invoice_id
-- by      invoice_id
-- reads   raw_stripe.invoices(id as invoice_id)
-- looks   currencies
-- into    invoices

select
    'stripe' as source,
    id as invoice_id,
    coalesce(filled(customer), concat('invoice:', id)) as source_id,
    parent__subscription_details__subscription as subscription_id,
    number as invoice_number,

    status,
    upper(invoices.currency) as currency,
    rescaled(total, stripe_factor, factor) as total_minor,
    rescaled(amount_paid, stripe_factor, factor) as paid_minor,
    rescaled(amount_remaining, stripe_factor, factor) as due_minor,

    coalesce(status_transitions__finalized_at, created) as issued_at,
    due_date as due_at,
    status_transitions__paid_at as paid_at,
    deleted_at

from raw_stripe.invoices as invoices

left join currencies on currencies.currency = upper(invoices.currency)
