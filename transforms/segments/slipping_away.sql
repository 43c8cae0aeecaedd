-- slipping_away: bought twice or more, and not for half a year.
--
-- grain   customer_id
-- reads   customer_stages

select customer_id
from customer_stages
where stage = 'at risk' and frequency >= 2
