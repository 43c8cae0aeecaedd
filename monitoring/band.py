"""What is ordinary: a band that a few extraordinary nights do not move. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

ENOUGH = 7
"""Nights before anything is judged: a week has its quiet days."""

SAME_DAYS = 3
"""Nights of one weekday from which on they are judged by their own."""

SPREAD = 1.4826
"""What makes a median absolute deviation a standard deviation, were the figures normal."""

WIDTH = 5
LEAST_SHARE = 0.6
FEW = 20


@dataclass(frozen=True, slots=True)
class Band:
    """What a figure ordinarily is.

    Attributes:
        usual: The median.
        low: Below it something is missing.
        high: Above it something is too much.
        nights: How many nights that stands on.
    """

    usual: float
    low: float
    high: float
    nights: int


def band(weekday: int, history: Sequence[tuple[int, float]], most: float = 5) -> Band | None:
    """Return what is ordinary on ``weekday``; None while there are too few nights to say.

    The width is five robust deviations, and never less than 60 % of the median or 20: small
    figures jump, and a figure that never moved is not in alarm over its first step. Until three
    nights of that weekday are known, a figure is low only below half of the smallest night.

    Args:
        weekday: Monday is 0.
        history: (weekday, figure) of the nights before.
        most: How many times the median is still no surprise.
    """
    if len(history) < ENOUGH:
        return None
    same = [figure for day, figure in history if day == weekday]
    figures = same if len(same) >= SAME_DAYS else [figure for _, figure in history]
    usual = median(figures)
    deviation = SPREAD * median(abs(figure - usual) for figure in figures)
    width = max(WIDTH * deviation, LEAST_SHARE * usual, FEW)
    low = usual - width if len(same) >= SAME_DAYS else min(figures) / 2 - 1
    high = max(usual + width, most * usual, *figures)
    return Band(usual, low, high, len(figures))
