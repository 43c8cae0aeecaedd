-- best_customers: the highest marks for frequency and money, and still active.
--
-- grain   customer_id
-- reads   customer_stages

select customer_id
from customer_stages
where stage in ('active', 'won back') and frequency >= 4 and monetary >= 4
