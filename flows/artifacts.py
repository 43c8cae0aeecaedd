"""What operations people read in the Prefect UI: a page for each run, in words and tables.

Artifacts hold counts, times and error texts; never a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from prefect.artifacts import create_table_artifact

from core.errors import DaybreakError
from core.ledger import NightRecord, Run, RunLog
from core.pipeline import Pulled
from core.pull import Pull
from core.records import TableLog
from core.redaction import redact
from monitoring.plain import cause
from monitoring.wording import counted, span, title
from transforms.runner import Reconciled

Row = dict[str, Any]


def show_pull(source: str, pulled: Pulled, asked: Pull, log: RunLog) -> None:
    """Leave what arrived, table by table, with what it cost and how far it now reads."""
    rows = [
        _table(source, name, table, pulled.failures.get(name))
        for name, table in sorted(pulled.tables.items())
        if table.read or name in pulled.failures
    ]
    create_table_artifact(
        key=f"pull-{source}",
        table=rows or [{"table": "nothing had changed"}],
        description="\n\n".join([_headline(source, pulled, asked, log), _cursors(pulled)]).strip(),
    )


def _headline(source: str, pulled: Pulled, asked: Pull, log: RunLog) -> str:
    tables, meter = pulled.tables.values(), log.meter
    new, changed, deleted = (
        sum(getattr(table, figure) for table in tables) for figure in ("new", "changed", "deleted")
    )
    cost = [counted(meter.calls, "call")]
    if meter.retries:
        cost.append(f"{meter.retries:,} of them asked again")
    if meter.throttled_seconds >= 1:
        cost.append(f"{span(timedelta(seconds=meter.throttled_seconds))} spent waiting for limits")
    return (
        f"**{title(source)}, {_window(asked)}**: {new:,} new, {changed:,} changed, "
        f"{deleted:,} deleted. {', '.join(cost)}."
    )


def _window(asked: Pull) -> str:
    if asked.full:
        return "everything again"
    if asked.since or asked.until:
        return f"from {_moment(asked.since, 'the beginning')} to {_moment(asked.until, 'now')}"
    return "what changed since last time"


def _moment(moment: datetime | None, otherwise: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else otherwise


def _cursors(pulled: Pulled) -> str:
    """List how far each cursor moved; one that stood still is not told."""
    moved = [
        f"- `{name}`: {_code(pulled.before.get(name, ''))} to {_code(after)}"
        for name, after in pulled.after.items()
        if after != pulled.before.get(name)
    ]
    return "\n".join(["Cursors that moved:", "", *moved]) if moved else ""


def _code(cursor: str) -> str:
    """Show a cursor; a vendor's opaque one is as good as a key and is masked."""
    shown = redact(cursor)
    return f"`{shown[:60]}`" if shown else "the beginning"


def _table(source: str, name: str, table: TableLog, failure: DaybreakError | None) -> Row:
    return {
        "table": name,
        "new": f"{table.new:,}",
        "changed": f"{table.changed:,}",
        "deleted": f"{table.deleted:,}",
        "read": f"{table.read:,}",
        "set aside": f"{table.quarantined:,}",
        "ended": "complete" if failure is None else _cause(str(failure), source),
    }


def show_night(night: NightRecord) -> None:
    """Leave a line for each part of the night: what it brought, what it cost, what went wrong."""
    create_table_artifact(
        key="night",
        table=[_part(part) for part in _last_tries(night.parts)] or [{"part": "nothing was asked"}],
        description=f"**The night ended: {night.run.state.value}.** The brief is on the run "
        "of `watch` below, and among the artifacts as `brief`.",
    )


def _last_tries(parts: Iterable[Run]) -> Iterable[Run]:
    return {part.subject: part for part in parts}.values()


def _part(part: Run) -> Row:
    rows = part.rows
    return {
        "part": part.subject,
        "ended": part.state.value,
        "new": f"{rows.new:,}",
        "changed": f"{rows.changed:,}",
        "deleted": f"{rows.deleted:,}",
        "read": f"{rows.read:,}",
        "calls": f"{part.calls:,}",
        "waited": span(timedelta(seconds=part.throttled_seconds)) if part.throttled_seconds else "",
        "took": span(part.duration) if part.duration else "",
        "what went wrong": _cause(part.error, part.subject) if part.error else "",
    }


def show_reconciled(done: Reconciled) -> None:
    """Leave what became of the customers, and of each model."""
    create_table_artifact(
        key="reconcile",
        table=[
            {"model": built.model, "rows": f"{built.rows:,}", "seconds": f"{built.seconds:.2f}"}
            for built in done.built
        ],
        description=(
            f"**{counted(done.total, 'customer')}**: {done.new:,} new, {done.merged:,} merged, "
            f"{done.split:,} split; {counted(done.duplicates, 'duplicate')} found, "
            f"in {done.seconds:.1f} s."
        ),
    )


def show_wrong(alerts: Iterable[Mapping[str, str]]) -> None:
    """Leave what is wrong now."""
    create_table_artifact(
        key="watch",
        table=[dict(alert) for alert in alerts] or [{"what": "nothing is wrong"}],
        description="**What is wrong now**, and what to do about it",
    )


def _cause(error: str, source: str) -> str:
    return cause(redact(error), source)
