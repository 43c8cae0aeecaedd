"""Ids that persist: who keeps a number, who gets a new one, and where a retired one leads."""

from __future__ import annotations

import duckdb

# What the rest looks at of links: it is a few of very many.
MINE = """
create or replace temp table mine as
select record_id, customer_id from links
where record_id in (select record_id from decided union all select record_id from gone)
"""
CLAIMS = """
create or replace temp table claims as
with met as (
    select l.customer_id, d.person, count(*) as records, min(d.record_id) as first
    from decided as d join mine as l using (record_id)
    group by all
)
select customer_id, person from met
qualify row_number() over (partition by customer_id order by records desc, first) = 1
"""
KEPT = """
create or replace temp table kept as
select person, min(customer_id) as customer_id from claims group by person
"""
NUMBERED = """
create or replace temp table numbered as
with fresh as (
    select person, min(record_id) as first from decided
    where person not in (select person from kept) group by person
)
select person, customer_id, false as fresh from kept
union all
select person, $next + row_number() over (order by first), true from fresh
"""
RETIRED = """
create or replace temp table retired as
select c.customer_id, n.customer_id as leads_to
from (
    select distinct customer_id from mine
) as c
left join claims using (customer_id)
left join numbered as n using (person)
where n.customer_id is distinct from c.customer_id
"""
SPLIT = """
insert into events
select distinct $run, 'split', l.customer_id, n.customer_id
from decided as d join mine as l using (record_id) join numbered as n using (person)
where n.fresh
"""
CHANGED = """
create or replace temp table changed as
select d.record_id, n.customer_id
from decided as d join numbered as n using (person)
left join mine as l using (record_id)
where l.customer_id is distinct from n.customer_id
"""


def assign(session: duckdb.DuckDBPyConnection, run: int) -> int:
    """Give every decided record its customer; return how many records changed theirs.

    On a split the part with most of the old records keeps the id; on a merge the oldest survives,
    and the others lead to it for ever. Reads the temporary tables ``decided`` (record_id, person)
    and ``gone`` (record_id): all records of the customers they touch. Fills ``changed``.
    """
    row = session.sql("select coalesce(max(customer_id), 0) from customers").fetchone()
    last = int(row[0]) if row else 0
    session.execute(MINE)
    session.execute(CLAIMS)
    session.execute(KEPT)
    session.execute(NUMBERED, {"next": last})
    session.execute(RETIRED)
    session.execute(SPLIT, {"run": run})
    session.execute(CHANGED)
    session.execute(
        "insert into events "
        "select $run, case when leads_to is null then 'ended' else 'merged' end, "
        "customer_id, leads_to from retired",
        {"run": run},
    )
    session.execute(
        "update customers set retired_in = $run, leads_to = r.leads_to "
        "from retired as r where customers.customer_id = r.customer_id",
        {"run": run},
    )
    session.execute(
        "insert into customers select customer_id, $run, null, null from numbered where fresh "
        "order by customer_id",
        {"run": run},
    )
    session.execute(
        "insert into departed select record_id, customer_id, $run "
        "from mine semi join gone using (record_id)",
        {"run": run},
    )
    session.execute("delete from departed where record_id in (select record_id from changed)")
    session.execute(
        "delete from links where record_id in "
        "(select record_id from changed union all select record_id from gone)"
    )
    session.execute(
        "insert into links select record_id, customer_id, $run from changed", {"run": run}
    )
    session.execute(
        "insert into unseen select customer_id from mine union select customer_id from numbered"
    )
    found = session.sql("select count(*) from changed").fetchone()
    return int(found[0]) if found else 0
