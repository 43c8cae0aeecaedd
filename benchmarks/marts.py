"""The 360 of many customers: everything, one customer in a hundred, nothing, one timeline.

``python -m benchmarks.marts STEP HOME [CUSTOMERS]``: ``lay`` writes the raw tables, ``change``
changes one customer in a hundred with all they have, ``night`` reconciles, ``plain`` runs the SQL
of the models with nothing around it, and ``timeline`` asks for the whole history of customers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import sources
from benchmarks import plain
from benchmarks.clock import Clock
from benchmarks.cost import Cost
from benchmarks.crowd import crowd, facts
from benchmarks.raw import change, lay
from core.warehouse import Session
from destinations.warehouses.duckdb import DuckDBWarehouse
from transforms import customer
from transforms.identity.settings import Steering
from transforms.runner import reconcile

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
WHO_IS_WHO = (
    "identity_values",
    "identity_readings",
    "identity_claims",
    "identity_records",
    "identities",
)
ASKED = 200
"""Customers whose timeline is asked for."""


def written(home: Path, customers: int) -> dict[str, Any]:
    """Write the raw tables."""
    rows = crowd(customers)
    return {"rows": lay(_warehouse(home), rows), "facts": facts(rows)}


def changed(home: Path, customers: int) -> dict[str, Any]:
    """Let one customer in a hundred change, with all they have."""
    return {"rows": change(_warehouse(home), crowd(customers))}


def night(home: Path) -> dict[str, Any]:
    """Reconcile; say what each step took, and how much of it was about who is who."""
    tables, clock = {name: sources.load(name).tables for name in sources.names()}, Clock()
    with _warehouse(home).session(sources.names()) as session:
        clock.start()
        done = reconcile(
            session, now=NOW, sources=tables, steering=Steering.at(home), observe=clock.observe
        )
        clock.observe("commit:")
    return {
        "seconds": done.seconds,
        "records": done.records,
        "customers": done.total,
        "rows": sum(done.facts.values()),
        **clock.facts(WHO_IS_WHO),
    }


def timeline(home: Path) -> dict[str, Any]:
    """Ask for the whole history of many customers, one after another."""
    with _warehouse(home).session([], read_only=True) as session:
        asked = session.query(
            "select customer_id from timeline group by customer_id"
            f" order by md5(customer_id) limit {ASKED}"
        )
        took, events = zip(*_asked(session, map(str, asked.column(0).to_pylist())), strict=True)
    return {
        "median_ms": median(took) * 1000,
        "slowest_ms": max(took) * 1000,
        "events": sum(events) / len(events),
    }


def _asked(session: Session, ids: Iterable[str]) -> Iterator[tuple[float, int]]:
    for one in ids:
        began = time.perf_counter()
        events = customer.history(session, one)
        yield time.perf_counter() - began, len(events)


def _warehouse(home: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(home / "warehouse")


def main() -> None:
    """Print what one step cost."""
    step, home = sys.argv[1], Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "lay": lambda: written(home, count),
        "change": lambda: changed(home, count),
        "night": lambda: night(home),
        "plain": lambda: plain.run(_warehouse(home)),
        "timeline": lambda: timeline(home),
    }
    Cost.tell(steps[step])


if __name__ == "__main__":
    main()
