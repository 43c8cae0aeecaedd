"""Rate limits as plain objects that a vendor composes; figures come in as arguments.

Each takes ``seconds``, a count of seconds that never runs back (``Clock.seconds``), and
answers with a `Verdict`. A refused request costs nothing unless the vendor says otherwise.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, what is left, and how long to wait if it may not.

    ``wait``: seconds until a request of this cost would pass; 0 when it passes.
    ``reset``: seconds until the limit is whole again (bucket) or its window ends.
    """

    allowed: bool
    limit: float
    remaining: float
    wait: float = 0.0
    reset: float = 0.0


class Limiter(Protocol):
    """Anything that can say whether one more request may pass."""

    scale: float

    def take(self, cost: float = 1.0) -> Verdict:
        """Ask for ``cost`` units and take them if they are there."""
        ...


class FixedWindow:
    """So many units in each window of ``per`` seconds; all come back when the window ends."""

    def __init__(self, limit: float, per: float, seconds: Callable[[], float]) -> None:
        self.scale = 1.0
        self._limit, self._per, self._seconds = limit, per, seconds
        self._window, self._used = -1, 0.0
        self._lock = threading.Lock()

    def take(self, cost: float = 1.0) -> Verdict:
        """Ask for ``cost`` units and take them if they are there."""
        with self._lock:
            now, limit = self._seconds(), self._limit * self.scale
            window = int(now // self._per)
            if window != self._window:
                self._window, self._used = window, 0.0
            left = (window + 1) * self._per - now
            if self._used + cost > limit:
                return Verdict(False, limit, limit - self._used, left, left)  # noqa: FBT003 - a verdict starts with yes or no
            self._used += cost
            return Verdict(True, limit, limit - self._used, 0.0, left)  # noqa: FBT003 - as above


class RollingWindow:
    """So many units in any stretch of ``per`` seconds; each comes back on its own."""

    def __init__(self, limit: float, per: float, seconds: Callable[[], float]) -> None:
        self.scale = 1.0
        self._limit, self._per, self._seconds = limit, per, seconds
        self._taken: deque[tuple[float, float]] = deque()
        self._used = 0.0
        self._lock = threading.Lock()

    def take(self, cost: float = 1.0) -> Verdict:
        """Ask for ``cost`` units and take them if they are there."""
        with self._lock:
            now, limit = self._seconds(), self._limit * self.scale
            self._forget(now - self._per)
            reset = self._taken[-1][0] + self._per - now if self._taken else 0.0
            if self._used + cost > limit:
                wait = self._wait(now, self._used + cost - limit)
                return Verdict(False, limit, limit - self._used, wait, reset)  # noqa: FBT003 - as above
            self._taken.append((now, cost))
            self._used += cost
            return Verdict(True, limit, limit - self._used, 0.0, self._per)  # noqa: FBT003 - as above

    def _forget(self, before: float) -> None:
        while self._taken and self._taken[0][0] <= before:
            self._used -= self._taken.popleft()[1]

    def _wait(self, now: float, missing: float) -> float:
        for at, cost in self._taken:
            missing -= cost
            if missing <= 0:
                return at + self._per - now
        return self._per


class Bucket:
    """A bucket of ``limit`` units that refills with ``restore`` units a second."""

    def __init__(self, limit: float, restore: float, seconds: Callable[[], float]) -> None:
        self.scale = 1.0
        self._limit, self._restore, self._seconds = limit, restore, seconds
        self._spent, self._at = 0.0, seconds()
        self._lock = threading.Lock()

    @property
    def restore(self) -> float:
        """Units that come back each second."""
        return self._restore * self.scale

    def take(self, cost: float = 1.0) -> Verdict:
        """Ask for ``cost`` units and take them if they are there."""
        with self._lock:
            limit, restore = self._limit * self.scale, self.restore
            self._refill()
            left = limit - self._spent
            if cost > left:
                wait = (cost - left) / restore
                return Verdict(False, limit, left, wait, self._spent / restore)  # noqa: FBT003 - as above
            self._spent += cost
            return Verdict(True, limit, left - cost, 0.0, self._spent / restore)  # noqa: FBT003 - as above

    def give_back(self, units: float) -> None:
        """Return what a request asked for and did not use."""
        with self._lock:
            self._spent = max(self._spent - units, 0.0)

    def _refill(self) -> None:
        now = self._seconds()
        self._spent = max(self._spent - (now - self._at) * self.restore, 0.0)
        self._at = now
