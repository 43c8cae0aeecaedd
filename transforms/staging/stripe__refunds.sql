-- stripe__refunds: money given back on a charge.
--
-- grain   source, refund_id
-- by      refund_id
-- reads   raw_stripe.refunds(id as refund_id)
-- looks   currencies
-- into    refunds

select
    'stripe' as source,
    id as refund_id,
    'payment' as paid_kind,
    charge as paid_id,

    status,
    reason,
    upper(refunds.currency) as currency,
    rescaled(amount, stripe_factor, factor) as amount_minor,

    created as refunded_at,
    deleted_at

from raw_stripe.refunds as refunds

left join currencies on currencies.currency = upper(refunds.currency)
