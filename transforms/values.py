"""What a few fields hold, by source: counts by value and medians, so that a jump is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.warehouse import Session

MOST_VALUES = 30
"""A field of more values than this names things; its counts say nothing and are not kept."""

WORDS: dict[str, tuple[str, ...]] = {
    "orders": ("status",),
    "payments": ("status",),
    "tickets": ("status", "priority"),
    "deals": ("stage",),
    "subscriptions": ("status",),
}
"""Mart -> fields of few values that reports are made by."""

AMOUNTS: dict[str, str] = {"orders": "total_minor", "payments": "amount_minor"}


def held(session: Session) -> list[dict[str, Any]]:
    """Return what the fields of ``WORDS`` and ``AMOUNTS`` hold: two selects a mart at most."""
    found: list[dict[str, Any]] = []
    for mart, fields in WORDS.items():
        there = session.columns(mart)
        for field in fields:
            if field in there:
                found += _words(session, mart, field)
    for mart, field in AMOUNTS.items():
        if field in session.columns(mart):
            found += _amounts(session, mart, field)
    return found


def _words(session: Session, mart: str, field: str) -> Iterator[dict[str, Any]]:
    query = (
        f"select source, coalesce(cast({field} as varchar), '') as held, count(*) as found"
        f" from {mart} group by 1, 2 order by 1, 2"
    )
    counts: dict[str, dict[str, int]] = {}
    for row in session.query(query).to_pylist():
        counts.setdefault(row["source"], {})[row["held"]] = int(row["found"])
    for source, values in counts.items():
        if len(values) <= MOST_VALUES:
            yield {
                "source": source,
                "table": mart,
                "field": field,
                "rows": sum(values.values()),
                "values": values,
            }


def _amounts(session: Session, mart: str, field: str) -> Iterator[dict[str, Any]]:
    query = (
        f"select source, count(*) as found,"
        f" percentile_cont(0.5) within group (order by {field}) as middle"
        f" from {mart} where {field} > 0 group by 1 order by 1"
    )
    for row in session.query(query).to_pylist():
        yield {
            "source": row["source"],
            "table": mart,
            "field": field,
            "rows": int(row["found"]),
            "median": float(row["middle"]),
        }
