"""What lets us in is about to end: keys that expire, the calls of a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from core.ledger import Run
from core.ledger.alert import Finding, Severity
from monitoring.wording import span, title

SOON, PRESSING = timedelta(days=30), timedelta(days=7)
SPENT = 0.1
"""With less than this share of a day's calls left, a slow night is the next thing to happen."""


def find_ending(keys: Mapping[str, date], now: datetime) -> list[Finding]:
    """Return which keys end within a month, or have ended.

    Args:
        keys: Source -> the day its key ends, as somebody wrote it down; good to the end of it.
        now: The moment to count the days from.
    """
    left = {source: ends - now.date() for source, ends in sorted(keys.items())}
    return [_ending(source, rest) for source, rest in left.items() if rest <= SOON]


def find_spent(runs: Iterable[Run]) -> list[Finding]:
    """Return which accounts had next to no calls of their day left when we were done.

    Args:
        runs: The newest run of each source; its figures hold what the vendor said of the day.
    """
    return [f for run in runs if (f := _spent(run, run.details.get("day") or {}))]


def _ending(source: str, left: timedelta) -> Finding:
    if left < timedelta(0):
        heading, said = "has expired", f"It ended {span(-left)} ago, as it is written down here."
    elif not left:
        heading, said = "expires today", "From tomorrow on nothing arrives with it."
    else:
        heading, said = "expires soon", f"It ends in {span(left)}; then nothing arrives any more."
    return Finding(
        kind="key",
        subject=source,
        cause=f"key of {source}",
        reason="key ended" if left < timedelta(0) else "key ends",
        severity=Severity.ERROR if left <= PRESSING else Severity.WARNING,
        title=f"The key of {title(source)} {heading}",
        detail=said,
        next_step=f"Make a new key at {title(source)}, set it, and move DAYBREAK_KEYS_EXPIRE on.",
        family="key",
        runbook="A key is about to expire",
    )


def _spent(run: Run, day: Mapping[str, int]) -> Finding | None:
    if not day or day["left"] >= SPENT * day["calls"]:
        return None
    name = title(run.subject)
    return Finding(
        kind="budget",
        subject=run.subject,
        cause=f"budget of {run.subject}",
        reason="budget",
        severity=Severity.WARNING,
        title=f"{name} has few calls left for today",
        detail=f"Of the account's {day['calls']:,} calls a day {day['left']:,} were left after our "
        f"pull, which took {run.calls:,} of them.",
        next_step=f"See who else calls {name}; a pull that finds none left fails.",
        family="budget",
        runbook="The calls of a day are nearly used",
        run=run.prefect_run_id or "",
    )
