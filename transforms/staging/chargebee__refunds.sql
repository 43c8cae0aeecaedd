-- chargebee__refunds: money given back on a payment. A credit note alone gives none back.
--
-- grain   source, refund_id
-- by      refund_id
-- reads   raw_chargebee.transactions(id as refund_id)
-- into    refunds

select
    'chargebee' as source,
    id as refund_id,
    'payment' as paid_kind,
    refunded_txn_id as paid_id,

    case status
        when 'success' then 'succeeded'
        when 'in_progress' then 'pending'
        when 'needs_attention' then 'pending'
        when 'failure' then 'failed'
        when 'timeout' then 'failed'
        when 'late_failure' then 'failed'
        else status
    end as status,
    reason_code as reason,
    upper(currency_code) as currency,
    amount as amount_minor,

    date as refunded_at,
    deleted_at

from raw_chargebee.transactions

where type = 'refund'
