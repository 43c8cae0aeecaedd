"""Which syncs have gone quiet? A pure question: cadences and last successes in, names out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.cadence import Cadence

MANY = 2
SOON = timedelta(hours=1)


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


def _is_silence(ages: Sequence[tuple[Cadence, Stale]]) -> bool:
    """Say whether most sources are silent: then it is the night that did not come.

    Its pulls ended minutes before it did, so they are late minutes before it is; told one after
    the other, one trouble would be two messages.
    """
    pulls = [one for cadence, one in ages if cadence.source]
    late = [one for one in pulls if one.age > one.limit]
    return len(late) >= MANY and len(late) * 2 > len(pulls)


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
    ages = []
    for cadence in cadences:
        finished = last_success.get(cadence.name)
        known_since = finished or began_at
        age = now - known_since if known_since else timedelta.max
        ages.append(
            (cadence, Stale(cadence.name, cadence.subject, finished, age, cadence.stale_after))
        )
    broken = [one for _, one in ages if one.age > one.limit]
    if _is_silence(ages):
        broken += [
            one for c, one in ages if not c.source and one.limit - SOON < one.age <= one.limit
        ]
    return sorted(
        broken, key=lambda s: (s.last_success_at is not None, s.last_success_at or now, s.name)
    )
