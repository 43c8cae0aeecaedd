"""docs/tour.md: a CRM manager's questions, and queries. ``python -m transforms.questions``."""

from __future__ import annotations

from pathlib import Path

TOUR = Path("docs/tour.md")
OPENING = """\
# Twelve questions, twelve queries

*Written by `python -m transforms.questions`; do not edit. A test runs every query.*

Ask them with `daybreak sql "..."`, after a night of your own or of `daybreak demo`. The tables and
views are in [the data model](data-model.md). Money is in minor units, and where it says
*reporting* it is in REPORT_CURRENCY. In a notebook, `cli.notebook` gives the same rows:

```python
from cli import notebook
from sqlalchemy import select
from transforms.tables import Customer, CustomerScore

notebook.arrow("select * from orders where total_minor > ?", 10_000)
notebook.pandas(select(Customer.full_name, CustomerScore.points).join(
    CustomerScore, CustomerScore.customer_id == Customer.customer_id))
notebook.polars("select * from ticket_handling")
```
"""
QUESTIONS = {
    "Who are our ten most valuable customers, and how do they feel?": """\
select c.customer_id, c.full_name, m.lifetime_value_minor, s.points as health, s.reasons
from customers as c
inner join customer_metrics as m on m.customer_id = c.customer_id
left join customer_scores as s on s.customer_id = c.customer_id and s.score = 'health'
order by m.lifetime_value_minor desc, c.customer_id
limit 10""",
    "Whom are we about to lose that is worth a call?": """\
select c.full_name, c.phone, m.lifetime_value_minor, m.recurring_minor, s.points, s.reasons
from customer_stages as st
inner join customers as c on c.customer_id = st.customer_id
inner join customer_metrics as m on m.customer_id = st.customer_id
inner join customer_scores as s on s.customer_id = st.customer_id and s.score = 'health'
where st.stage = 'at risk'
order by m.lifetime_value_minor desc, c.customer_id
limit 20""",
    "Which leads should sales ring first, and why?": """\
select c.full_name, c.company, c.job_title, s.points, s.reasons
from customer_scores as s
inner join customers as c on c.customer_id = s.customer_id
where s.score = 'lead'
order by s.points desc, c.customer_id
limit 20""",
    "What did we earn each month, and through which system?": """\
select month, source, currency, net_minor, refunded_minor, reporting_minor
from revenue
order by month desc, source, currency""",
    "How does recurring revenue move?": """\
select month, kind, currency, count(*) as movements_count, sum(delta_minor) as delta_minor
from mrr_movements
group by month, kind, currency
order by month desc, kind, currency""",
    "Whom may we write to, and why not the others?": """\
select 'may be written to' as answer, count(*) as customers_count
from marketable_customers
where channel = 'email'
union all
select reason as answer, count(*) as customers_count
from unmarketable_customers
where channel = 'email'
group by reason
order by customers_count desc, answer""",
    "Where do our customers come from, and which of them buy?": """\
select
    coalesce(c.lead_source, 'not known') as lead_source,
    count(*) as customers_count,
    count(*) filter (where m.purchases_count > 0) as buyers_count,
    sum(m.lifetime_value_minor) as lifetime_value_minor
from customers as c
inner join customer_metrics as m on m.customer_id = c.customer_id
group by coalesce(c.lead_source, 'not known')
order by lifetime_value_minor desc, lead_source""",
    "What does each segment bring, and how many of it can we mail?": """\
select segment, members_count, mailable_count, lifetime_value_minor, recurring_minor
from segment_figures
order by lifetime_value_minor desc, segment""",
    "Who asks for help most, for what they bring?": """\
select
    c.full_name, m.tickets_count, m.open_tickets_count, m.reopened_tickets_count,
    m.first_reply_minutes, m.csat, m.sentiment, m.bad_ratings_count, m.lifetime_value_minor
from customer_metrics as m
inner join customers as c on c.customer_id = m.customer_id
where m.tickets_count > 0
order by m.tickets_count desc, c.customer_id
limit 20""",
    "What waits for whom, and for how long?": """\
select
    coalesce(owner_name, owner_id, 'nobody') as owner, rule, count(*) as open_count,
    max(age_days) as oldest_days, min(source) as source
from open_violations
group by coalesce(owner_name, owner_id, 'nobody'), rule
order by open_count desc, owner, rule""",
    "How well is the lead source filled, night by night, system by system?": """\
select source, kind, seen_at, rows_count, filled_count, listed_count
from data_quality
where field = 'lead_source' and rows_count > 0
order by source, kind, turn""",
    "What in our data needs somebody to look at it?": """\
select 'odd' as what, fact, source, oddity as about, count(*) as rows_count
from odd_facts
group by fact, source, oddity
union all
select 'belongs to nobody' as what, fact, source, reason as about, facts_count as rows_count
from unplaced_facts
union all
select 'on no list' as what, field as fact, source, value as about, customer_count as rows_count
from unmapped_values
union all
select 'without a rate' as what, 'money' as fact, '' as source, currency as about, movements_count
from missing_rates
order by rows_count desc, what, fact, source, about""",
}


def render() -> str:
    """Return the whole document."""
    parts = [OPENING]
    for number, (question, query) in enumerate(QUESTIONS.items(), 1):
        parts.append(f"## {number}. {question}\n\n```sql\n{query}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TOUR.write_text(render(), encoding="utf-8")
