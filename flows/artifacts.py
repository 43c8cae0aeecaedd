"""What operations people read in the Prefect UI: a page for each run, in words and tables.

Artifacts hold counts, times and error texts; never a record.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.artifacts import create_image_artifact, create_table_artifact

from core.ledger import Counted, NightRecord, Run, RunLog
from core.pipeline import Pulled
from core.pull import Pull
from core.records import TableLog
from core.redaction import redact
from monitoring.brief import chart
from monitoring.plain import cause
from monitoring.wording import counted, span, title
from transforms.runner import Reconciled

Row = dict[str, Any]


def show_pull(source: str, pulled: Pulled, asked: Pull, log: RunLog) -> None:
    """Leave what arrived, table by table, with what it cost and how far it now reads."""
    counts = {one.table: one for one in log.counts if one.how != "reference"}
    rows = [
        _table(name, table, pulled, counts.get(name))
        for name, table in sorted(pulled.tables.items())
        if table.read or table.healed or name in pulled.failures or name in counts
    ]
    create_table_artifact(
        key=f"pull-{source}",
        table=rows or [{"table": "nothing had changed"}],
        description=_headline(source, pulled, asked, log)
        + _troubles({name: _cause(str(e), source) for name, e in pulled.failures.items()}),
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


def _known_up_to(cursor: str) -> str:
    """Return the moment a cursor stands at; nothing for a vendor's opaque one, which says none."""
    try:
        moment = (
            datetime.fromtimestamp(int(cursor), UTC)
            if cursor.isdecimal()
            else datetime.fromisoformat(cursor)
        )
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _table(name: str, table: TableLog, pulled: Pulled, one: Counted | None) -> Row:
    return {
        "table": name,
        "new": f"{table.new:,}",
        "changed": f"{table.changed:,}",
        "deleted": f"{table.deleted:,}",
        "set aside": f"{table.quarantined:,}",
        "healed": f"{table.healed:,}",
        "here of theirs": _held(one),
        "ended": "stopped early" if name in pulled.failures else "to the end",
        "known up to (UTC)": _known_up_to(pulled.after.get(name, "")),
        "read": f"{table.read:,}",
    }


def _held(one: Counted | None) -> str:
    """Say how a table compares with the vendor's own count."""
    if one is None or one.theirs is None:
        return ""
    sampled = " sampled" if one.how == "sample" else ""
    again = f", {one.healed:,} read again" if one.healed else ""
    return f"{one.ours:,} of {one.theirs:,}{sampled}{again}"


def show_night(night: NightRecord) -> None:
    """Leave a line for each part of the night: what it brought, what it cost, what went wrong."""
    parts = {part.subject: part for part in night.parts}
    wrong = {
        part.subject: _cause(part.error, part.subject) for part in parts.values() if part.error
    }
    create_table_artifact(
        key="night",
        table=[_part(part) for part in parts.values()] or [{"part": "nothing was asked"}],
        description=f"**The night ended: {night.run.state.value}.** The brief is on the run "
        f"of `watch` below, and among the artifacts as `brief`.{_troubles(wrong)}",
    )


def _part(part: Run) -> Row:
    return {
        "part": part.subject,
        "ended": part.state.value,
        **(_figures(part) if part.source else {}),
        "waited": span(timedelta(seconds=part.throttled_seconds)) if part.throttled_seconds else "",
        "took": span(part.duration) if part.duration else "",
    }


def _figures(part: Run) -> Row:
    rows = part.rows
    return {
        "new": f"{rows.new:,}",
        "changed": f"{rows.changed:,}",
        "deleted": f"{rows.deleted:,}",
        "read": f"{rows.read:,}",
        "calls": f"{part.calls:,}",
    }


def _troubles(causes: Mapping[str, str]) -> str:
    """List what went wrong; a table's cell would cut it off."""
    lines = [f"- **{subject}**: {why}" for subject, why in sorted(causes.items())]
    return "\n\n" + "\n".join(lines) if lines else ""


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


def show_identities(quality: Mapping[str, Any]) -> None:
    """Leave what who is who looks like, published or not, with a picture of customers' sizes."""
    belief, tail = quality["belief"], [(size, count) for size, count in quality["tail"]]
    rows = [{"what": name, "how many": f"{n:,}"} for name, n in quality["measures"].items()]
    if belief:
        shown = {name: f"{belief[name]:.1%}" for name in ("low", "middle", "high")}
        rows += [{"what": f"precision believed, {n}", "how many": s} for n, s in shown.items()]
    create_table_artifact(
        key="identities",
        table=rows,
        description=f"**Who is who: {quality['verdict']}.**"
        + "".join(f"\n\n- {line}" for line in quality["beyond"]),
    )
    if picture := chart.bars(tail, "How many customers there are of so many records"):
        drawn = b64encode(picture.encode()).decode()
        create_image_artifact(
            key="identities-sizes",
            image_url=f"data:image/svg+xml;base64,{drawn}",
            description="How many customers there are of so many records (lengths are logarithms)",
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
