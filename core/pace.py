"""A published rate limit, kept from our side: so many calls in so many seconds."""

from __future__ import annotations

import threading
from collections import deque
from datetime import UTC, datetime, timedelta


class Pace:
    """A sliding window. It never lets more than ``calls`` start within any ``seconds``."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._window = calls, timedelta(seconds=seconds)
        self._taken: deque[datetime] = deque(maxlen=calls)
        self._asked_at = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def take(self, now: datetime, cost: int = 1) -> float:
        """Book the next call; return the seconds to wait before sending it.

        One that counts as several waits until there is room for all of them at once.
        A clock that was set back would make us wait for hours that never pass, so the bookings
        of the other hour are forgotten.
        """
        with self._lock:
            if now + self._window < self._asked_at:
                self._taken.clear()
            self._asked_at = now
            start = now
            cost = min(cost, self._calls)
            too_many = len(self._taken) + cost - self._calls
            if too_many > 0:
                start = max(now, self._taken[too_many - 1] + self._window)
            self._taken.extend([start] * cost)
            return (start - now).total_seconds()
