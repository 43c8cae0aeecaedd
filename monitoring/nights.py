"""Nights, put together from what their runs left in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Any

from core.cadence import Cadence
from core.errors import ContractError
from core.ledger import Ledger, Run, RunState, TableRows
from core.ledger.run import total
from monitoring.night import Customers, Night, SourceNight, Waiting
from monitoring.watch import overdue

COMPARED_NIGHTS = 14
SINCE_YESTERDAY = timedelta(days=1)


def assemble(
    ledger: Ledger,
    cadences: Sequence[Cadence],
    now: datetime,
    number: int | None = None,
    *,
    domains: Mapping[str, str] | None = None,
) -> Night | None:
    """Put together night ``number``, or the newest one; None if there was none.

    Args:
        ledger: Where the runs are.
        cadences: What should run, for staleness and for sources that were not tried at all.
        now: The moment to judge staleness by.
        number: The night's run in the ledger.
        domains: Source -> whose business it is, for sources without one of these cadences.
    """
    record = ledger.night(number)
    if record is None:
        return None
    run = record.run
    tried = _attempts(record.parts)
    expected = {c.source: c.domain for c in cadences if c.source}
    whose = {**(domains or {}), **expected}
    sources = [
        replace(_source(ledger, name, tried.get(name, []), run.id), domain=whose.get(name, ""))
        for name in sorted(expected.keys() | tried.keys())
    ]
    built = ledger.reconciles(COMPARED_NIGHTS + 1, until=run.id)[::-1]
    last = next((p for p in reversed(record.parts) if p.flow == "reconcile"), None)
    return Night(
        number=run.id,
        began_at=run.started_at,
        ended_at=run.ended_at,
        state=run.state,
        sources=tuple(sources),
        customers=_customers(last),
        reconcile_error=(last.error or "") if last else "",
        reconcile_next_step=(last.next_step or "") if last else "",
        error=run.error or "",
        next_step=run.next_step or "",
        silent=tuple(overdue(ledger, [c for c in cadences if c.verb != "watch"], now)),
        customers_before=tuple(
            figures for one in built if one.parent_id != run.id and (figures := _customers(one))
        ),
        coming=dict(last.details.get("coming", {})) if last else {},
        quality=_quality(last),
        profiles=tuple(ledger.profiles(built if _is_of(built, run.id) else [])),
        waiting=tuple(Waiting(**one) for one in last.details.get("waiting", ())) if last else (),
        open=tuple(ledger.open_alerts()),
        healed=tuple(ledger.alerts.closed_since(run.started_at - SINCE_YESTERDAY)),
    )


def _quality(run: Run | None) -> dict[str, Any]:
    """Return what was published of who is who; nothing of a night that published nothing."""
    done = run is not None and run.state is RunState.SUCCEEDED
    return dict(run.details.get("quality") or {}) if run and done else {}


def _is_of(built: Sequence[Run], night: int) -> bool:
    """Say whether the customer table was rebuilt in this night."""
    return bool(built) and built[-1].parent_id == night


def _attempts(parts: Sequence[Run]) -> dict[str, list[Run]]:
    pulls = sorted((p for p in parts if p.source), key=lambda p: (p.source or "", p.id))
    return {name or "": list(runs) for name, runs in groupby(pulls, key=lambda p: p.source)}


def _source(ledger: Ledger, name: str, attempts: Sequence[Run], night: int) -> SourceNight:
    history = ledger.history(name, COMPARED_NIGHTS, before=night)
    last = attempts[-1] if attempts else None
    return SourceNight(
        source=name,
        state=last.state if last else None,
        tables=_tables(attempts),
        ordinary=round(median(run.rows.arrived for run in history)) if history else None,
        compared=len(history),
        past={one.parent_id or 0: one.rows.arrived for one in reversed(history)},
        attempts=len(attempts),
        first=ledger.is_first(name, night),
        error=(last.error or "") if last else "",
        next_step=(last.next_step or "") if last else "",
        last_success_at=ledger.last_success(name),
        calls=sum(run.calls for run in attempts),
        retries=sum(run.retries for run in attempts),
        waited=timedelta(seconds=sum(run.throttled_seconds for run in attempts)),
        changes=tuple(dict.fromkeys(c for run in attempts for c in run.changes)),
        counts=next((run.counts for run in reversed(attempts) if run.counts), ()),
    )


def _tables(attempts: Sequence[Run]) -> dict[str, TableRows]:
    """Add up the attempts of a night: what an earlier one brought was kept."""
    names = sorted({name for run in attempts for name in run.tables})
    return {
        name: total(run.tables[name] for run in attempts if name in run.tables) for name in names
    }


def _customers(run: Run | None) -> Customers | None:
    """Read the figures a reconcile left in the ledger, by the names of ``Customers``.

    Raises:
        ContractError: it ended well and left no figures.
    """
    if run is None or run.state is not RunState.SUCCEEDED:
        return None
    try:
        return Customers(**{name: int(run.details[name]) for name in Customers.__slots__})
    except KeyError as error:
        raise ContractError(f"reconcile left no figure named {error}") from None
