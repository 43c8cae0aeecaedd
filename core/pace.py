"""A published rate limit, kept from our side: so many calls in so many seconds."""

from __future__ import annotations

import threading
from bisect import insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Points are shares of a second's: what rounding leaves of them is neither waited nor asked for.
CRUMB, INSTANT = 0.01, timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says of a budget.

    Attributes:
        calls: How many calls it is in all; None where the vendor does not say.
        left: How many of them are left; None likewise.
        seconds: In how many seconds they come back; None likewise.
        reset: In how many seconds all of them are back at once; None likewise.
    """

    calls: int | None = None
    left: int | None = None
    seconds: float | None = None
    reset: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The calls that all clients of an account share in a day: how many in all, how many left."""

    calls: int
    left: int


class Pace:
    """A sliding window. It never lets more than ``calls`` start within any ``seconds``."""

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._window = calls, timedelta(seconds=seconds)
        self._taken: deque[tuple[datetime, int]] = deque()
        self._used = 0
        self._asked_at = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.RLock()

    def take(self, now: datetime, cost: int = 1) -> float:
        """Book the next call; return the seconds to wait before sending it."""
        return (take_all([self], now, cost) - now).total_seconds()

    def earliest(self, start: datetime, cost: int = 1) -> datetime:
        """Return when a call may be sent, from ``start`` on; nothing is booked.

        One that counts as several waits until there is room for all of them at once.
        """
        with self._lock:
            missing = min(cost, self._calls) + self._used - self._calls
            for at, units in self._taken:
                if at + self._window > start:
                    if missing <= 0:
                        break
                    start = at + self._window
                missing -= units
            return start

    def book(self, at: datetime, cost: int = 1) -> None:
        """Book a call that is sent at ``at``."""
        with self._lock:
            units = min(cost, self._calls)
            insort(self._taken, (at, units))
            self._used += units

    def settle(self, sent: datetime, now: datetime, cost: int = 1) -> None:
        """Rebook a call that was answered by ``now``: the vendor counted it at some time between.

        A window that is reckoned from the sending ends for us before it ends for the vendor.
        """
        with self._lock:
            entry = (sent, min(cost, self._calls))
            for place in range(len(self._taken) - 1, -1, -1):
                if self._taken[place] == entry:
                    del self._taken[place]
                    insort(self._taken, (max(sent, now), entry[1]))
                    return

    def learn(self, now: datetime, told: Told) -> None:
        """Believe the vendor: how much there is, and what others of the account took of it.

        What is gone beyond our own calls is booked as of now, which is never too early. Where
        all comes back at once, only the vendor's own count counts.
        """
        with self._lock:
            self._calls = told.calls or self._calls
            self._window = timedelta(seconds=told.seconds) if told.seconds else self._window
            self.forget(now)
            if told.reset is not None and told.left is not None:
                self._taken.clear()
                self._used = 0
                now += timedelta(seconds=told.reset) - self._window
            others = 0 if told.left is None else self._calls - self._used - told.left
            if others > 0:
                self.book(now, others)

    def forget(self, now: datetime) -> None:
        """Drop what has come back.

        A clock that was set back would make us wait for hours that never pass, so the bookings
        of the other hour are forgotten.
        """
        with self._lock:
            was_set_back = now + self._window < self._asked_at
            self._asked_at = now
            while self._taken and (was_set_back or self._taken[0][0] + self._window <= now):
                self._used -= self._taken.popleft()[1]


class Bucket(Pace):
    """A bucket of so many points; it fills again, evenly, within ``seconds``."""

    def __init__(self, calls: int, seconds: float) -> None:
        super().__init__(calls, seconds)
        self._left, self._at = float(calls), datetime.min.replace(tzinfo=UTC)

    def earliest(self, start: datetime, cost: int = 1) -> datetime:
        """Return when so many points are there, from ``start`` on."""
        with self._lock:
            start = max(start, self._at)
            lacking = min(cost, self._calls) - self._level(start)
            if lacking < CRUMB:
                return start
            return start + lacking / self._calls * self._window + INSTANT

    def book(self, at: datetime, cost: int = 1) -> None:
        """Take the points of a call that is sent at ``at``."""
        with self._lock:
            self._left, self._at = self._level(at) - min(cost, self._calls), at

    def settle(self, sent: datetime, now: datetime, cost: int = 1) -> None:
        """Leave it: what a call really took is learned from its answer."""

    def learn(self, now: datetime, told: Told) -> None:
        """Believe the vendor, who also knows what a call really cost."""
        with self._lock:
            left = self._level(now) if told.left is None else float(told.left)
            self._calls = told.calls or self._calls
            self._window = timedelta(seconds=told.seconds) if told.seconds else self._window
            self._left, self._at = left, now

    def forget(self, now: datetime) -> None:
        """Begin anew where a clock was set back by more than a bucket takes to fill."""
        with self._lock:
            if now + self._window < self._at:
                self._left, self._at = float(self._calls), now

    def _level(self, at: datetime) -> float:
        return min(self._left + (at - self._at) / self._window * self._calls, self._calls)


_together = threading.Lock()


def take_all(paces: Iterable[Pace], now: datetime, cost: int = 1) -> datetime:
    """Book one call in several budgets at once; return when it may be sent.

    It counts in each of them when it is sent, so it waits for all of them before it is booked.
    """
    paces = list(paces)
    with _together:
        for pace in paces:
            pace.forget(now)
        start, later = now, _earliest(paces, now, cost)
        while later > start:
            start, later = later, _earliest(paces, later, cost)
        for pace in paces:
            pace.book(start, cost)
        return start


def _earliest(paces: Iterable[Pace], start: datetime, cost: int) -> datetime:
    return max((pace.earliest(start, cost) for pace in paces), default=start)
