"""What a pull cost: calls, waiting, and the vendor's hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Meter:
    """Counters of one pull.

    Attributes:
        calls: Requests sent, retries included.
        retries: Requests sent again after a busy answer.
        throttled_seconds: Time spent waiting because the vendor said so or its budget was spent.
        skew: How far the vendor's clock is ahead of ours, from the ``Date`` header it last sent.
    """

    calls: int = 0
    retries: int = 0
    throttled_seconds: float = 0.0
    skew: timedelta = timedelta(0)

    def vendor_now(self, ours: datetime) -> datetime:
        """Return the vendor's present moment, given ours."""
        return ours + self.skew
