-- stripe__charges: money that was taken, or that we tried to take.
--
-- grain   source, payment_id
-- by      payment_id
-- reads   raw_stripe.charges(id as payment_id)
-- looks   currencies
-- into    payments

select
    'stripe' as source,
    id as payment_id,
    coalesce(filled(customer), concat('charge:', id)) as source_id,
    filled(metadata__order_id) as order_ref,

    status,
    payment_method_details__type as method,

    upper(charges.currency) as currency,
    rescaled(amount, stripe_factor, factor) as amount_minor,
    rescaled(amount_refunded, stripe_factor, factor) as refunded_minor,
    coalesce(disputed, false) as is_disputed,

    created as paid_at,
    deleted_at

from raw_stripe.charges as charges

left join currencies on currencies.currency = upper(charges.currency)
