"""Short, surging and standing still: what arrived against the same weekday's history. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise

from core.ledger import Run, Volume
from core.ledger.alert import Finding, Severity
from monitoring.band import ENOUGH, Band, band
from monitoring.wording import counted, hour, listed, title

SURGE_ROWS = 500
STILL_NIGHTS = 3


def find_volumes(volumes: Sequence[Volume], runs: Mapping[str, Run]) -> list[Finding]:
    """Return which sources came short, brought far too much, or stand still.

    Only the newest night is judged, and of it only what was read to its end: a source that
    failed has said so itself. The first night of a source is years, and no measure.

    Args:
        volumes: What each table brought in each night, oldest first.
        runs: Source -> its newest run, which knows the vendor's own counts.
    """
    newest = max((v.night for v in volumes), default=0)
    found: list[Finding] = []
    ordered = sorted(volumes, key=lambda v: (v.source, v.table, v.night))
    for source, mine in groupby(ordered, key=lambda v: v.source):
        nights = _without_the_first(list(mine))
        tables = {t: list(vs) for t, vs in groupby(nights, key=lambda v: v.table)}
        found += _judged(source, tables, newest, runs.get(source))
    return found


def _without_the_first(mine: list[Volume]) -> list[Volume]:
    first = min(v.night for v in mine)
    return [v for v in mine if v.night != first and v.is_whole]


def _judged(
    source: str, tables: Mapping[str, list[Volume]], newest: int, run: Run | None
) -> list[Finding]:
    short, surge, still = [], [], []
    for table, nights in tables.items():
        if nights[-1].night != newest or table == "quarantine":
            continue
        since = standing_still(nights)
        if since:
            still.append((table, since))
            continue
        ordinary = band(nights[-1].at.weekday(), [(v.at.weekday(), v.arrived) for v in nights[:-1]])
        if ordinary and nights[-1].arrived < ordinary.low:
            short.append((table, nights[-1].arrived, ordinary))
        elif ordinary and nights[-1].arrived > max(ordinary.high, SURGE_ROWS):
            surge.append((table, nights[-1].arrived, ordinary))
    return [
        *([_short(source, short, run)] if short else []),
        *([_surge(source, surge)] if surge else []),
        *([_still(source, still, run)] if still else []),
    ]


def standing_still(nights: Sequence[Volume]) -> datetime | None:
    """Return since when a table brings nothing; None while that is nothing unusual.

    The age of the newest data, not of the last green run: a sync that goes well every night and
    never brings a row is stale. How long is unusual, its own longest pause tells.
    """
    moving = [n for n, volume in enumerate(nights) if volume.arrived]
    if len(moving) < ENOUGH:
        return None
    quiet = len(nights) - 1 - moving[-1]
    longest = max(later - earlier - 1 for earlier, later in pairwise(moving))
    return nights[moving[-1]].at if quiet >= max(STILL_NIGHTS, 2 * longest + 1) else None


def _short(source: str, short: Sequence[tuple[str, int, Band]], run: Run | None) -> Finding:
    agrees = _vendor_agrees(run, [table for table, _, _ in short])
    nothing = any(not rows for _, rows, _ in short)
    said = listed([_told(table, rows, ordinary) for table, rows, ordinary in short])
    why = (
        "Its own count agrees: nothing is lost, less happened there."
        if agrees
        else "No error was seen: the vendor answered, with less."
    )
    return Finding(
        kind="short",
        subject=source,
        cause=f"volume of {source}",
        reason="nothing" if nothing else "little",
        severity=Severity.ERROR if nothing and not agrees else Severity.WARNING,
        title=f"{title(source)} brought {'nothing' if nothing else 'far too little'}",
        detail=f"{said}. {why}",
        next_step=f"Look at {title(source)} itself; to read the night again: "
        f"`daybreak pull {source} --full`.",
        family="volume",
        runbook="Less arrived than usual",
        run=(run.prefect_run_id or "") if run else "",
    )


def _vendor_agrees(run: Run | None, tables: Iterable[str]) -> bool:
    whole = {one.table for one in run.counts if one.is_complete} if run else set[str]()
    return set(tables) <= whole


def _told(table: str, rows: int, ordinary: Band) -> str:
    usual = f"where {ordinary.usual:,.0f} are usual on this day"
    return f"{counted(rows, 'row')} of {table.replace('_', ' ')} {usual}"


def _surge(source: str, surge: Sequence[tuple[str, int, Band]]) -> Finding:
    said = listed([_told(table, rows, ordinary) for table, rows, ordinary in surge])
    return Finding(
        kind="odd",
        subject=source,
        cause=f"surge of {source}",
        reason="surge",
        severity=Severity.WARNING,
        title=f"{title(source)} brought far more than usual",
        detail=f"{said}. An import, an edit of many records, or records sent twice.",
        next_step=f"Ask who changed them in {title(source)}; the figures are what it holds.",
        family="surge",
        runbook="More arrived than usual",
    )


def _still(source: str, still: Sequence[tuple[str, datetime]], run: Run | None) -> Finding:
    since = min(at for _, at in still)
    names = listed([table.replace("_", " ") for table, _ in still])
    return Finding(
        kind="stale",
        subject=source,
        cause=f"standstill of {source}",
        reason="standstill",
        severity=Severity.ERROR,
        title=f"Nothing new in {names} of {title(source)}, though every run goes well",
        detail=f"Nothing has changed there since {hour(since)}; that is longer than ever before.",
        next_step=f"See in {title(source)} whether its newest records are really that old, and "
        "whether our key still sees them all.",
        family="still",
        since=since,
        runbook="A source is stale",
        run=(run.prefect_run_id or "") if run else "",
    )
