-- chargebee__payments: money that was taken, or that we tried to take.
--
-- A reference is the shop's order unless the money came by hand: then it is a cheque's number, say.
--
-- grain   source, payment_id
-- by      payment_id
-- reads   raw_chargebee.transactions(id as payment_id)
-- into    payments

select
    'chargebee' as source,
    id as payment_id,
    coalesce(filled(customer_id), concat('transaction:', id)) as source_id,
    case
        when coalesce(payment_method, '') not in ('cash', 'check', 'bank_transfer')
            then filled(reference_number)
    end as order_ref,

    case status
        when 'success' then 'succeeded'
        when 'in_progress' then 'pending'
        when 'needs_attention' then 'pending'
        when 'failure' then 'failed'
        when 'timeout' then 'failed'
        when 'late_failure' then 'failed'
        else status
    end as status,
    payment_method as method,

    upper(currency_code) as currency,
    amount as amount_minor,
    refunded_amount as refunded_minor,
    false as is_disputed,

    date as paid_at,
    deleted_at

from raw_chargebee.transactions

where type = 'payment'
