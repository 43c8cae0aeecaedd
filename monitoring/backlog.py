"""Backlog: records that pile up in quarantine, and customers that lag behind the pulls. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from core.ledger import Volume
from core.ledger.alert import Finding, Severity
from monitoring.wording import counted, hour, span, title

LEAST = 10
SHARE = 0.01
TIMES = 3
_REASONS = "select table_name, reason, count(*) from raw_{}.quarantine group by 1, 2"


def find_quarantined(volumes: Sequence[Volume]) -> list[Finding]:
    """Return which sources set aside more records last night than a few bad ones.

    More than one in a hundred of those read, ten at least, and three times what was usual.
    """
    newest = max((v.night for v in volumes), default=0)
    ordered = sorted(volumes, key=lambda v: v.source)
    found = []
    for source, mine in groupby(ordered, key=lambda v: v.source):
        nights = _by_night(list(mine))
        aside, read = nights.pop(newest, (0, 0))
        most = max((before for before, _ in nights.values()), default=0)
        if aside >= LEAST and aside > SHARE * read and aside > TIMES * most:
            found.append(_piling_up(source, aside, read))
    return found


def find_behind(
    pulled_at: Mapping[str, datetime], rebuilt_at: datetime | None, now: datetime, limit: timedelta
) -> list[Finding]:
    """Return whether the customer table is older than what was pulled, by more than ``limit``.

    Args:
        pulled_at: Source -> when its last good pull ended.
        rebuilt_at: When the customer table was last rebuilt; None if never.
        now: The moment to judge by.
        limit: How old it may be; the night's own promise.
    """
    waiting = [source for source, at in pulled_at.items() if not rebuilt_at or at > rebuilt_at]
    oldest = rebuilt_at or min(pulled_at.values(), default=now)
    if not waiting or now - oldest <= limit:
        return []
    since = f"as it was {hour(rebuilt_at)}" if rebuilt_at else "not there yet"
    return [
        Finding(
            kind="behind",
            subject="reconcile",
            cause="reconcile behind",
            reason="behind",
            severity=Severity.ERROR,
            title="The customer table lags behind what was pulled",
            detail=f"It is {since}; {counted(len(waiting), 'source')} brought something since. "
            f"It may be {span(limit)}.",
            next_step="Run `daybreak reconcile`.",
            since=rebuilt_at,
            runbook="The customer table is behind",
        )
    ]


def _by_night(mine: Sequence[Volume]) -> dict[int, tuple[int, int]]:
    """Return night -> (set aside, read), the tables of a source together."""
    sums: dict[int, tuple[int, int]] = {}
    for volume in mine:
        aside, read = sums.get(volume.night, (0, 0))
        sums[volume.night] = (aside + volume.quarantined, read + volume.read)
    return sums


def _piling_up(source: str, aside: int, read: int) -> Finding:
    return Finding(
        kind="backlog",
        subject=source,
        cause=f"quarantine of {source}",
        reason="quarantine",
        severity=Severity.WARNING,
        title=f"{title(source)} sends records that cannot be used",
        detail=f"{counted(aside, 'record')} of {read:,} set aside last night; they are not in the "
        "customer table.",
        next_step=f'`daybreak sql "{_REASONS.format(source)}"`',
        family="quarantine",
        runbook="Quarantined records",
    )
