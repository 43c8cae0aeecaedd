-- payments: money taken, or tried; the same purchase is also an order, so never add the two up.
--
-- grain   source, payment_id
-- reads   all_payments
--         identities via all_payments(source, source_id)

select
    payments.source,
    payments.payment_id,
    identities.customer_id,
    payments.source_id,
    payments.order_ref,
    payments.status,
    payments.method,
    payments.currency,
    payments.amount_minor,
    payments.refunded_minor,
    payments.is_disputed,
    payments.paid_at,
    payments.deleted_at

from all_payments as payments

left join identities
    on identities.source = payments.source
    and identities.source_id = payments.source_id
    and identities.valid_to is null
