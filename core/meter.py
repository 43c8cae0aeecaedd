"""What a pull cost: calls, waiting, and the vendor's hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.pace import Day, Pace


@dataclass(slots=True)
class Meter:
    """Counters of one pull.

    Attributes:
        calls: Requests sent, retries included.
        retries: Requests sent again after a busy answer.
        throttled_seconds: Time spent waiting because the vendor said so or its budget was spent.
        skew: How far the vendor's clock is ahead of ours, from the ``Date`` header it last sent.
        is_dated: Whether it sent one at all.
        announced: What answers said of the end of what we call: ``sunset`` and ``deprecated`` as
            ISO moments, ``where``, ``why``.
        day: What the last answer that spoke of it said is left of the account's day.
        paces: The vendor's budgets, by vendor and path: all sessions of a pull draw on the same.
    """

    calls: int = 0
    retries: int = 0
    throttled_seconds: float = 0.0
    skew: timedelta = timedelta(0)
    is_dated: bool = False
    announced: dict[str, str] = field(default_factory=dict)
    day: Day | None = None
    paces: dict[tuple[str, str], Pace] = field(default_factory=dict)

    def vendor_now(self, ours: datetime) -> datetime:
        """Return the vendor's present moment, given ours."""
        return ours + self.skew
