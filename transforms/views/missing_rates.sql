-- missing_rates: currencies in which money was counted and for which no rate is known.
--
-- Their amounts are in no figure of the reporting currency. REPORT_RATES names a file of rates.
--
-- grain   currency
-- reads   money_movements

select currency, count(*) as movements_count, cast(sum(amount_minor) as bigint) as amount_minor

from money_movements

where is_counted and reporting_minor is null

group by currency
