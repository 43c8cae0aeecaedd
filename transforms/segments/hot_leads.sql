-- hot_leads: never bought, and a lead score of fifty or more.
--
-- grain   customer_id
-- reads   customer_scores

select customer_id
from customer_scores
where score = 'lead' and points >= 50
