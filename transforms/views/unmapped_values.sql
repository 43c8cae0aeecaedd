-- unmapped_values: what stands in a golden record and is on no fixed list, and at how many customers.
--
-- A line added to `transforms/seeds/standard_values.csv` or `states.csv` takes one off here.
--
-- grain   field, value, source
-- reads   customer_fields

select field, value, source, count(*) as customer_count
from customer_fields
where field in ('country', 'state', 'industry', 'lead_source', 'job_title') and standard is null
group by field, value, source
