"""Who loses heart, and who leaves: in worlds that have it, ``seeded:moods=1``.

Whoever sours orders less, complains, rates badly and pays late; most of them leave after a while.
Some stay, and some leave without a word. Every throw is of the human's own stream of chance.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

FIRST_DAY = 380
"""Before this day of the history nobody sours; a year is as far back as scores look."""
SOURING, SILENT = 0.4, 0.12
"""The shares of people who sour, and of those who leave without a word."""
STAYING = 0.3
"""The share of those who soured that stay."""


@dataclass(slots=True)
class Mood:
    """When somebody sours and until when; whether that ends with leaving or with staying."""

    rng: Random
    sours_at: datetime
    ends_at: datetime
    leaves: bool

    def is_sour(self, at: datetime) -> bool:
        """Say whether this is a bad time."""
        return self.sours_at <= at < self.ends_at

    def balks(self, at: datetime, share: float) -> bool:
        """Throw a coin, in bad times only."""
        return self.is_sour(at) and self.rng.random() < share


def make_mood(seed: int, serial: int, met: datetime, first: datetime, last: datetime) -> Mood:
    """Make somebody's mood; ``first`` and ``last`` are between when people sour."""
    rng = Random(f"daybreak:mood:{seed}:{serial}")  # noqa: S311 - a story, not a secret
    kind, first = rng.random(), max(first, met + timedelta(days=30))
    start = first + rng.random() * max(timedelta(days=1), last - first)
    start = start.replace(hour=6 + rng.randrange(16))
    if kind < SOURING:
        end = start + timedelta(days=rng.randint(40, 150))
        return Mood(rng, start, end, rng.random() >= STAYING)
    return Mood(rng, start, start, SOURING <= kind < SOURING + SILENT)
