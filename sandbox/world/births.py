"""When people were born, and what their contacts say of it.

Every throw is of its own stream of chance, so that the rest of the story is the same without.
"""

from datetime import date, timedelta
from random import Random

OLDEST = date(1938, 1, 1)
DAYS = 67 * 365
KNOWN = 0.5
"""The share of people who tell anybody."""
TOLD, MISTAKEN = 0.65, 0.03
"""The shares of their contacts that have a date, and that have a wrong one."""
NOBODY_ASKED = date(1900, 1, 1)


def born(serial: int) -> date | None:
    """Give the day on which the human with this number was born, if they tell anybody."""
    rng = Random(f"daybreak:born:{serial}")  # noqa: S311 - a story, not a secret
    return OLDEST + timedelta(days=rng.randrange(DAYS)) if rng.random() < KNOWN else None


def as_born(birth: date | None, key: str) -> date | None:
    """Write a birth down in a contact: mostly right or not at all, seldom wrong."""
    rng = Random(f"daybreak:told:{key}")  # noqa: S311 - a story, not a secret
    chance = rng.random()
    if chance >= TOLD or birth is None:
        return NOBODY_ASKED if 1 - chance < MISTAKEN / 2 else None
    return birth + timedelta(days=rng.choice((1, 9, 10, 366))) if chance < MISTAKEN else birth
