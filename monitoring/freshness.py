"""Which syncs have gone quiet? A pure question: cadences and last successes in, names out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.cadence import Cadence


@dataclass(frozen=True, slots=True)
class Stale:
    """A promise that was not kept.

    Attributes:
        name: The cadence's name.
        subject: The source it is about, or else the flow.
        last_success_at: When it last went well; None if it never did.
        age: How long ago that was, or how long we have been waiting for the first time.
        limit: How long it may be.
    """

    name: str
    subject: str
    last_success_at: datetime | None
    age: timedelta
    limit: timedelta


def stale(
    cadences: Iterable[Cadence],
    last_success: Mapping[str, datetime | None],
    now: datetime,
    *,
    began_at: datetime | None = None,
) -> list[Stale]:
    """Return every cadence whose last success is older than its limit.

    Args:
        cadences: All schedules in force.
        last_success: Cadence name -> finish time (aware, UTC) of its last good run.
        now: The moment to judge by; passed in so that tests own the clock.
        began_at: When daybreak first ran here. What never succeeded is as old as that, so a
            new house is not in alarm before its first night. Without it, it is stale at once.

    Returns:
        One entry per broken promise: what never succeeded first, then the oldest.
    """
    broken = []
    for cadence in cadences:
        finished = last_success.get(cadence.name)
        known_since = finished or began_at
        age = now - known_since if known_since else timedelta.max
        if age > cadence.stale_after:
            broken.append(Stale(cadence.name, cadence.subject, finished, age, cadence.stale_after))
    return sorted(
        broken, key=lambda s: (s.last_success_at is not None, s.last_success_at or now, s.name)
    )
