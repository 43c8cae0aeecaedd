"""Resources: the disk, the clock, and nights that take longer and longer. Pure but for one look."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from core.ledger import Run, RunState
from core.ledger.alert import Finding, Severity
from monitoring.reach import EVERYTHING
from monitoring.wording import hour, span

GB = 10**9
TIGHT_SHARE, TIGHT_BYTES = 0.05, 5 * GB
FULL_SHARE, FULL_BYTES = 0.01, GB // 2
SOON = timedelta(days=7)
MOST_SKEW = timedelta(minutes=5)
WITNESSES = 2
RECENT, BEFORE = 3, 7
CREEP_TIMES, CREEP_LEAST = 1.5, timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Machine:
    """What is left of the machine. Bytes."""

    free: int
    total: int
    used_by_us: int = 0

    @classmethod
    def at(cls, home: Path) -> Machine:
        """Look at the disk under ``home``, and at what daybreak itself keeps there."""
        disk = shutil.disk_usage(home)
        return cls(disk.free, disk.total, sum(map(_size, home.rglob("*"))))

    @property
    def facts(self) -> dict[str, int]:
        """What is kept of a look, so that growth can be seen."""
        return {"disk_free": self.free, "disk_ours": self.used_by_us}


def _size(path: Path) -> int:
    """Return the bytes of a file; none of one that a run has just taken away."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def find_disk(machine: Machine, looks: Sequence[tuple[datetime, int]]) -> list[Finding]:
    """Return whether the disk is full, nearly so, or will be within a week.

    Args:
        machine: How it is now.
        looks: (when, bytes free) of looks before, oldest first.
    """
    if machine.free < max(FULL_SHARE * machine.total, FULL_BYTES):
        return [_disk("full", Severity.CRITICAL, "The disk is full", _left(machine))]
    if machine.free < max(TIGHT_SHARE * machine.total, TIGHT_BYTES):
        return [_disk("tight", Severity.ERROR, "The disk is nearly full", _left(machine))]
    days = _days_left(machine, looks)
    if days is not None and days < SOON.days:
        when = f"{_left(machine)} At this pace it is full in {max(1, round(days))} days."
        return [_disk("filling", Severity.WARNING, "The disk is filling up", when)]
    return []


def find_skew(runs: Iterable[Run]) -> list[Finding]:
    """Return whether this machine's clock is wrong: if two vendors at least say so alike.

    Args:
        runs: The newest run of each source; its figures say how far ahead the vendor's clock is.
    """
    skews = [float(r.details["skew_seconds"]) for r in runs if "skew_seconds" in r.details]
    off = [skew for skew in skews if abs(skew) > MOST_SKEW.total_seconds()]
    if len(off) < WITNESSES or len(off) <= len(skews) / 2:
        return []
    typical = timedelta(seconds=median(off))
    side = "behind" if typical > timedelta(0) else "ahead"
    said = f"It is {span(abs(typical))} {side}, say {len(off)} vendors alike."
    return [_clock(said)]


def find_set_back(newest: Run | None, runs: Iterable[Run], now: datetime) -> list[Finding]:
    """Return whether this machine's clock is behind what the ledger remembers.

    Nothing is ever stale by such a clock, and no schedule fires until the hour has come again.

    Args:
        newest: The run that began last by its own words.
        runs: The newest run of each source; one that was read after ``newest`` and whose vendor
            agrees with our clock shows that it is right again, and was ahead before.
        now: The moment to judge by.
    """
    if newest is None or newest.started_at - now <= MOST_SKEW:
        return []
    since = [run for run in runs if run.id > newest.id and "skew_seconds" in run.details]
    if any(abs(run.details["skew_seconds"]) <= MOST_SKEW.total_seconds() for run in since):
        return []
    return [
        _clock(
            f"It says {hour(now)}, and something ran at {hour(newest.started_at)} already: it was "
            "set back, or was ahead then."
        )
    ]


def _clock(detail: str) -> Finding:
    return Finding(
        kind="clock",
        subject="machine",
        cause="clock",
        reason="clock",
        severity=Severity.ERROR,
        title="This machine's clock is wrong",
        detail=detail,
        next_step="Set the clock by NTP: `timedatectl status`.",
        family="clock",
        affects=("when everything is said to have happened", "signed requests"),
        runbook="The clock is wrong",
    )


def find_creep(nights: Sequence[Run]) -> list[Finding]:
    """Return whether the last nights took much longer than those before, oldest first."""
    took = [n.duration for n in nights if n.duration and n.state is not RunState.CRASHED][1:]
    if len(took) < RECENT + BEFORE:
        return []
    now, before = _middle(took[-RECENT:]), _middle(took[:-RECENT])
    if now < CREEP_TIMES * before or now - before < CREEP_LEAST:
        return []
    return [
        Finding(
            kind="slow",
            subject="night",
            cause="slow nights",
            reason="slow",
            severity=Severity.WARNING,
            title="Nights take longer and longer",
            detail=f"The last ones took {span(now)}, those before {span(before)}.",
            next_step="`daybreak status` shows who waits; a rate limit, a slow disk, or more data.",
            family="slow",
            affects=("the hour at which the morning's figures are ready",),
            runbook="Nights take longer",
        )
    ]


def _middle(durations: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(one.total_seconds() for one in durations))


def _left(machine: Machine) -> str:
    share = machine.free / max(machine.total, 1)
    return f"{machine.free / GB:,.1f} GB are left, {share:.0%}."


def _days_left(machine: Machine, looks: Sequence[tuple[datetime, int]]) -> float | None:
    """Return after how many days nothing is left, by what went since the oldest look."""
    if len(looks) < BEFORE:
        return None
    (began, free), (ended, _) = looks[0], looks[-1]
    days = (ended - began) / timedelta(days=1)
    gone = (free - machine.free) / days if days >= 1 else 0
    return machine.free / gone if gone > 0 else None


def _disk(reason: str, severity: Severity, heading: str, detail: str) -> Finding:
    return Finding(
        kind="resource",
        subject="disk",
        cause="disk",
        reason=reason,
        severity=severity,
        title=heading,
        detail=detail,
        next_step="Free some space, or move DAYBREAK_HOME: `du -sh $DAYBREAK_HOME/*`.",
        family="disk",
        affects=EVERYTHING if severity is not Severity.WARNING else (),
        runbook="The disk is full",
    )
