"""A published rate limit, kept from our side: so many calls in so many seconds."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta


class Pace:
    """A sliding window. It never lets more than ``calls`` start within any ``seconds``."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._window = calls, timedelta(seconds=seconds)
        self._taken: deque[datetime] = deque(maxlen=calls)

    def take(self, now: datetime) -> float:
        """Book the next call; return the seconds to wait before sending it."""
        wait = timedelta(0)
        if len(self._taken) == self._calls:
            wait = max(wait, self._taken[0] + self._window - now)
        self._taken.append(now + wait)
        return wait.total_seconds()
