"""What a fact said on each night, kept because no system tells its past: one row for each change.

``ticket_history`` is of tickets, and so on. What is kept is never made again: a rebuild leaves it.
"""

from __future__ import annotations

from datetime import datetime

from transforms.bench import Bench, Changes
from transforms.kinds import Columns

# In turns, because a clock that was set back would put what was said last before the first.
SEEN: Columns = {"seen_at": "timestamptz", "turn": "bigint"}
FOLLOWED: dict[str, tuple[str, Columns]] = {
    "deals": ("deal_id", {"stage": "text", "is_won": "bool", "is_closed": "bool"}),
    "subscriptions": ("subscription_id", {"currency": "text", "mrr_minor": "bigint"}),
    "tickets": ("ticket_id", {"status": "text", "is_open": "bool"}),
}
"""Mart -> the id of a fact, and what of it is followed."""
ABOUT = "what {mart} said on each night, one row whenever that was something else."


def table(mart: str) -> str:
    """Return the name of the table that keeps the history of ``mart``."""
    return f"{mart.removesuffix('s')}_history"


def columns(mart: str) -> Columns:
    """Return the columns of that table."""
    key, followed = FOLLOWED[mart]
    return {"source": "text", key: "text", **followed, **SEEN}


def prepare(bench: Bench) -> None:
    """Create the tables that are not there."""
    for mart in FOLLOWED:
        if not bench.exists(table(mart)):
            bench.create(table(mart), columns(mart))


def follow(mart: str, bench: Bench, now: datetime) -> None:
    """Write down what the facts of ``mart`` that changed this night say now, if it is news."""
    changes = bench.changed(mart)
    if mart not in FOLLOWED or not changes:
        return
    key, followed = FOLLOWED[mart]
    names = ", ".join(("source", key, *followed))
    touched = f"select source, {key} from {changes.relation}"
    news = bench.keep(
        f"{table(mart)}_news",
        f"select {names} from {mart} where deleted_at is null and (source, {key}) in ({touched})"
        f" except select {names} from (select {names}, row_number() over"
        f" (partition by source, {key} order by turn desc) as rn from {table(mart)}"
        f" where (source, {key}) in ({touched})) as h where rn = 1",
    )
    bench.session.execute(
        f"insert into {table(mart)} select n.*, cast(? as timestamptz),"
        f" 1 + coalesce((select max(h.turn) from {table(mart)} as h"
        f" where h.source = n.source and h.{key} = n.{key}), 0) from {news} as n",
        (now,),
    )
    dated = (
        f"select * from {table(mart)} where (source, {key}) in (select source, {key} from {news})"
    )
    changed = bench.keep(f"{table(mart)}_changed", dated)
    bench.changes[table(mart)] = Changes(changed, bench.count(news))
