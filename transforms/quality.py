"""How good the data is, night by night: counts by source, kind and field, and never a record.

``fields.yaml`` says what is counted. A night counts a table only if rows of it changed, in one
scan; what a field held on the nights before stays. The night's ledger has the same figures, for
whoever tells them must not open the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.ledger import Profile
from core.warehouse import Session
from transforms import fields
from transforms.bench import Bench
from transforms.delivered import is_delivered
from transforms.fields import Counted
from transforms.kinds import Columns
from transforms.memory import Memory
from transforms.restrict import restricted
from transforms.turns import Row, Turns, write_down

MOST_VALUES = 30
"""A field of more values than this names things; its counts say nothing and are not kept."""

FIELD: Columns = {"source": "text", "kind": "text", "field": "text"}
JUDGED: Columns = {
    "relation": "text",
    "rows_count": "bigint",
    "filled_count": "bigint",
    "valid_count": "bigint",
    "listed_count": "bigint",
    "duplicates_count": "bigint",
    "middle": "double",
    "newest_at": "timestamptz",
}
HELD: Columns = {"relation": "text", "rows_count": "bigint"}
QUALITY = Turns("data_quality", FIELD, JUDGED)
VALUES = Turns("data_values", {**FIELD, "value": "text"}, HELD)
ABOUT = {
    "data_quality": "how well a field was filled on each night, one row whenever that was something"
    " else: of the live rows of a source and kind (`rows_count`) those that hold something, hold"
    " something valid, hold a value on our lists, and those that share it with another"
    " (`duplicates_count`); null where `transforms/fields.yaml` asks for no such thing. `middle` is"
    " the median of an amount and `newest_at` when a row last changed. field_quality has the shares"
    " as they are now.",
    "data_values": "how many live rows held a value on each night, one row whenever that was"
    " something else, for the fields of few values that reports are made by; '' is none at all.",
}


def prepare(bench: Bench) -> None:
    """Create the tables that are not there."""
    for kept in (QUALITY, VALUES):
        if not bench.exists(kept.table):
            bench.create(kept.table, kept.columns)


def count(bench: Bench, memory: Memory, now: datetime) -> int:
    """Count the tables that changed this night, and write down what is news; return how much.

    Args:
        bench: The run so far; its changes say which marts are others than they were.
        memory: How far raw tables were counted, and by which rules.
        now: The moment of the night.
    """
    rules = fields.fingerprint()
    anew = bench.everything or memory.is_stale("data_quality", rules)
    memory.remember("data_quality", rules)
    tables, news = fields.rules().tables, 0
    for relation, counted in tables.items():
        there = tuple(bench.session.columns(relation))
        if there and (_is_other(relation, bench, memory) or anew):
            judged = list(_judged(relation, counted, there, bench.session))
            held = list(_held(relation, counted, there, bench.session))
            news += write_down(QUALITY, relation, judged, bench, now)
            news += write_down(VALUES, relation, held, bench, now)
    return news + (_let_go(set(tables), bench, now) if anew else 0)


def profiles(session: Session) -> list[Profile]:
    """Return what was counted last of every field that has rows."""
    values: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in session.query(VALUES.latest).to_pylist():
        if row["rows_count"]:
            key = (row["source"], row["kind"], row["field"])
            values.setdefault(key, {})[row["value"]] = row["rows_count"]
    return [
        Profile(
            source=row["source"],
            table=row["kind"],
            field=row["field"],
            rows=row["rows_count"],
            filled=row["filled_count"],
            valid=row["valid_count"],
            listed=row["listed_count"],
            values=values.get((row["source"], row["kind"], row["field"])),
            middle=row["middle"],
        )
        for row in session.query(QUALITY.latest).to_pylist()
        if row["rows_count"]
    ]


def _let_go(counted: set[str], bench: Bench, now: datetime) -> int:
    """Write down that what is not counted any more has no rows to tell of."""
    known = bench.query(f"select distinct relation from {QUALITY.table}").to_pylist()
    gone = {str(row["relation"]) for row in known} - counted
    news = [write_down(kept, name, [], bench, now) for name in gone for kept in (QUALITY, VALUES)]
    return sum(news)


def _is_other(relation: str, bench: Bench, memory: Memory) -> bool:
    """Tell whether rows of ``relation`` changed since they were counted."""
    if not relation.startswith("raw_"):
        return bool(bench.changed(relation))
    version = bench.value(f"select max(_version) from {relation}")
    name = f"data_quality {relation}"
    is_other = memory.is_stale(name, str(version))
    memory.remember(name, str(version))
    return is_other


def _judged(
    relation: str, counted: Counted, there: tuple[str, ...], session: Session
) -> Iterator[Row]:
    select = restricted(fields.counting(relation, there), None, None, session.dialect)
    middles = {
        name: _middles(relation, counted, name, session)
        for name, judged in counted.fields.items()
        if judged.middle and name in there
    }
    for row in session.query(select).to_pylist():
        for name in counted.fields:
            there_at_all = is_delivered(row["source"], relation, name)
            if not there_at_all or f"{name}_filled" not in row:
                continue
            distinct = row.get(f"{name}_distinct")
            filled = row[f"{name}_filled"]
            yield {
                "source": row["source"],
                "kind": row["kind"],
                "field": name,
                "relation": relation,
                "rows_count": row["rows_count"],
                "filled_count": filled,
                "valid_count": row.get(f"{name}_valid"),
                "listed_count": row.get(f"{name}_listed"),
                "duplicates_count": None if distinct is None else filled - distinct,
                "middle": middles.get(name, {}).get((row["source"], row["kind"])),
                "newest_at": row["newest_at"],
            }


def _middles(
    relation: str, counted: Counted, field: str, session: Session
) -> dict[tuple[str, str], float]:
    rows = session.query(
        f"select source, kind, percentile_cont(0.5) within group (order by {field}) as middle"
        f" from ({fields.rows_of(relation, counted)}) as live where {field} > 0"
        " group by source, kind"
    )
    return {(row["source"], row["kind"]): float(row["middle"]) for row in rows.to_pylist()}


def _held(
    relation: str, counted: Counted, there: tuple[str, ...], session: Session
) -> Iterator[Row]:
    for name, judged in counted.fields.items():
        if not judged.values or name not in there:
            continue
        select = restricted(fields.holding(relation, there, name), None, None, session.dialect)
        found: dict[tuple[str, str], list[Row]] = {}
        for row in session.query(select).to_pylist():
            found.setdefault((row["source"], row["kind"]), []).append(row)
        for (source, kind), rows in found.items():
            for row in rows if len(rows) <= MOST_VALUES else ():
                yield {
                    "source": source,
                    "kind": kind,
                    "field": name,
                    "value": row["held"],
                    "relation": relation,
                    "rows_count": row["found"],
                }
