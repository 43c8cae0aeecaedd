-- revenue: what was earned in a month, by the system that counts it; refunds taken off when they were given.
--
-- grain   source, month, currency
-- reads   money_movements

select
    source,
    date_trunc('month', moved_at) as month,
    currency,
    count(*) filter (where kind = 'order') as orders_count,
    count(*) filter (where kind = 'payment') as payments_count,
    cast(sum(case when kind = 'refund' then 0 else amount_minor end) as bigint) as gross_minor,
    cast(sum(case when kind = 'refund' then -amount_minor else 0 end) as bigint) as refunded_minor,
    cast(sum(amount_minor) as bigint) as net_minor,
    cast(sum(reporting_minor) as bigint) as reporting_minor,
    count(*) filter (where reporting_minor is null) as unconverted_count

from money_movements

where is_counted

group by source, date_trunc('month', moved_at), currency
