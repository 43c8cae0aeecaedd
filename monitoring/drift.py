"""Drifted: columns that hold something else, versions and fields a vendor is about to end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.ledger import Run, SchemaChange
from core.ledger.alert import Finding, Severity
from monitoring.wording import counted, day, listed, span, title

SOON = timedelta(days=14)
NAMED = 3


def find_conflicts(changes: Iterable[SchemaChange]) -> list[Finding]:
    """Return which sources send values that no longer fit their columns."""
    by_source: dict[str, list[SchemaChange]] = {}
    for change in dict.fromkeys(changes):
        if change.change == "type_conflict":
            by_source.setdefault(change.source, []).append(change)
    return [_conflict(source, found) for source, found in sorted(by_source.items())]


def find_gone(changes: Iterable[SchemaChange]) -> list[Finding]:
    """Return which sources no longer send a field that every record had."""
    by_source: dict[str, list[SchemaChange]] = {}
    for change in dict.fromkeys(changes):
        if change.change == "column_gone":
            by_source.setdefault(change.source, []).append(change)
    return [_gone(source, found) for source, found in sorted(by_source.items())]


def find_sunsets(runs: Iterable[Run], now: datetime) -> list[Finding]:
    """Return which vendors have announced the end of something we use.

    Args:
        runs: The newest run of each source; its figures hold what answers announced.
        now: The moment to count the days from.
    """
    return [f for run in runs if (f := _sunset(run, run.details.get("announced") or {}, now))]


def _named(changes: Sequence[SchemaChange]) -> str:
    names = [f"`{c.column}` of {c.table.replace('_', ' ')}" for c in changes[:NAMED]]
    rest = len(changes) - NAMED
    return listed([*names, *([counted(rest, "more field")] if rest > 0 else [])])


def _gone(source: str, changes: Sequence[SchemaChange]) -> Finding:
    # Found gone twice, it is told once, though the day it was noted on differs.
    left = list({(change.table, change.column): change for change in changes}.values())
    said, had = ("some fields", "them") if len(left) > 1 else ("a field", "it")
    return Finding(
        kind="drifted",
        subject=source,
        cause=f"columns of {source}",
        reason="gone",
        severity=Severity.WARNING,
        title=f"{title(source)} no longer sends {said}",
        detail=f"{_named(left)}: every record had {had}, and none has any more.",
        next_step=f"See whether it was renamed or taken away in {title(source)}, or our key may no "
        "longer see it; what was read before is kept.",
        family="gone",
        runbook="A field is gone",
    )


def _conflict(source: str, changes: Sequence[SchemaChange]) -> Finding:
    said = _named(changes)
    holds = "hold" if len(changes) > 1 else "holds"
    return Finding(
        kind="drifted",
        subject=source,
        cause=f"drift of {source}",
        reason="type",
        severity=Severity.WARNING,
        title=f"{title(source)} has changed the kind of a field",
        detail=f"{said} no longer always {holds} the same kind of value; the values are kept.",
        next_step="See who changed the field there; reports that add it up may be wrong.",
        family="drift",
        runbook="A field has changed",
    )


def _sunset(run: Run, announced: Mapping[str, str], now: datetime) -> Finding | None:
    """Read what ``core.http`` noted: ``sunset`` and ``deprecated`` as ISO moments, ``why``."""
    ends = datetime.fromisoformat(announced["sunset"]) if announced.get("sunset") else None
    if not announced:
        return None
    left = ends - now if ends else None
    if left is None:
        when = "says that something we call is deprecated, without a day on which it ends"
    elif left > timedelta(0):
        when = f"ends something we call on {day(ends or now)}, in {span(left)}"
    else:
        when = f"was to end something we call on {day(ends or now)}"
    why = f" Its words: `{announced['why']}`." if announced.get("why") else ""
    return Finding(
        kind="sunset",
        subject=run.subject,
        cause=f"sunset of {run.subject}",
        reason="soon" if left is not None and left <= SOON else "announced",
        severity=Severity.ERROR if left is not None and left <= SOON else Severity.WARNING,
        title=f"{title(run.subject)} is about to end what we use",
        detail=f"{title(run.subject)} {when}: {announced.get('where', 'its API')}.{why}",
        next_step=f"Upgrade daybreak, or move {run.subject.upper()}_API_VERSION on, in time.",
        family="sunset",
        runbook="A version is about to end",
        run=run.prefect_run_id or "",
    )
