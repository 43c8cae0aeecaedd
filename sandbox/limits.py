"""Rate limits as plain objects that a vendor composes; figures come in as arguments.

Each takes ``seconds``, a count of seconds that never runs back (``Clock.seconds``), and
answers with a `Verdict`. A refused request costs nothing unless the vendor says otherwise.
"""

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

GRAIN = 1e-6
"""Moments nearer to each other are the same one: clients count in microseconds."""


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
    """Anything that can say whether one more request may pass.

    ``told``: whether the vendor's answers say what is left of it.
    ``whole``: seconds in which all of it comes back.
    ``others``: units that another client of the same account takes, as far as there are any,
    whenever we take one.
    ``heard``: is told every cost that was asked for, negative where given back, and its verdict.
    """

    scale: float
    told: bool
    others: float
    heard: Callable[[float, Verdict], None] | None

    @property
    def whole(self) -> float:
        """Seconds in which all of it comes back."""
        ...

    def take(self, cost: float = 1.0) -> Verdict:
        """Ask for ``cost`` units and take them if they are there."""
        ...

    def anew(self, seconds: Callable[[], float]) -> "Limiter":
        """Give the same limit, unused and by another count of seconds; nobody listens."""
        ...


class _Limit(ABC):
    """What all have in common: one at a time, another client beside us, and who listens."""

    def __init__(self, seconds: Callable[[], float], *, told: bool) -> None:
        self.scale, self.told, self.others = 1.0, told, 0.0
        self.heard: Callable[[float, Verdict], None] | None = None
        self._seconds = seconds
        self._lock = threading.Lock()

    def take(self, cost: float = 1.0) -> Verdict:
        """Ask for ``cost`` units and take them if they are there."""
        with self._lock:
            verdict = self._take(cost)
            if verdict.allowed and cost and self.others:
                self._take(min(cost * self.others, verdict.remaining))
            if self.heard and cost:
                self.heard(cost, verdict)
            return verdict

    @abstractmethod
    def _take(self, cost: float) -> Verdict: ...


class FixedWindow(_Limit):
    """So many units in each window of ``per`` seconds; all come back when the window ends."""

    def __init__(
        self, limit: float, per: float, seconds: Callable[[], float], *, told: bool = False
    ) -> None:
        super().__init__(seconds, told=told)
        self._limit, self.whole = limit, per
        self._window, self._used = -1, 0.0

    def anew(self, seconds: Callable[[], float]) -> "FixedWindow":
        """Give the same limit, unused and by another count of seconds; nobody listens."""
        fresh = FixedWindow(self._limit * self.scale, self.whole, seconds, told=self.told)
        fresh.others = self.others
        return fresh

    def _take(self, cost: float) -> Verdict:
        now, limit = self._seconds(), self._limit * self.scale
        window = int((now + GRAIN) // self.whole)
        if window != self._window:
            self._window, self._used = window, 0.0
        left = (window + 1) * self.whole - now
        if self._used + cost > limit:
            return Verdict(False, limit, limit - self._used, left, left)  # noqa: FBT003 - a verdict starts with yes or no
        self._used += cost
        return Verdict(True, limit, limit - self._used, 0.0, left)  # noqa: FBT003 - as above


class RollingWindow(_Limit):
    """So many units in any stretch of ``per`` seconds; each comes back on its own."""

    def __init__(
        self, limit: float, per: float, seconds: Callable[[], float], *, told: bool = False
    ) -> None:
        super().__init__(seconds, told=told)
        self._limit, self.whole = limit, per
        self._taken: deque[tuple[float, float]] = deque()
        self._used = 0.0

    def anew(self, seconds: Callable[[], float]) -> "RollingWindow":
        """Give the same limit, unused and by another count of seconds; nobody listens."""
        fresh = RollingWindow(self._limit * self.scale, self.whole, seconds, told=self.told)
        fresh.others = self.others
        return fresh

    def _take(self, cost: float) -> Verdict:
        now, limit = self._seconds(), self._limit * self.scale
        self._forget(now - self.whole + GRAIN)
        reset = self._taken[-1][0] + self.whole - now if self._taken else 0.0
        if self._used + cost > limit:
            wait = self._wait(now, self._used + cost - limit)
            return Verdict(False, limit, limit - self._used, wait, reset)  # noqa: FBT003 - as above
        self._taken.append((now, cost))
        self._used += cost
        return Verdict(True, limit, limit - self._used, 0.0, self.whole)  # noqa: FBT003 - as above

    def _forget(self, before: float) -> None:
        while self._taken and self._taken[0][0] <= before:
            self._used -= self._taken.popleft()[1]

    def _wait(self, now: float, missing: float) -> float:
        for at, cost in self._taken:
            missing -= cost
            if missing <= 0:
                return at + self.whole - now
        return self.whole


class Bucket(_Limit):
    """A bucket of ``limit`` units that refills with ``restore`` units a second."""

    def __init__(
        self, limit: float, restore: float, seconds: Callable[[], float], *, told: bool = False
    ) -> None:
        super().__init__(seconds, told=told)
        self._limit, self._restore = limit, restore
        self._spent, self._at = 0.0, seconds()

    @property
    def restore(self) -> float:
        """Units that come back each second."""
        return self._restore * self.scale

    @property
    def whole(self) -> float:
        """Seconds in which an empty bucket fills."""
        return self._limit / self._restore

    def anew(self, seconds: Callable[[], float]) -> "Bucket":
        """Give the same limit, unused and by another count of seconds; nobody listens."""
        fresh = Bucket(self._limit * self.scale, self.restore, seconds, told=self.told)
        fresh.others = self.others
        return fresh

    def give_back(self, units: float) -> None:
        """Return what a request asked for and did not use."""
        with self._lock:
            self._spent = max(self._spent - units, 0.0)
            if self.heard and units:
                left = self._limit * self.scale - self._spent
                self.heard(-units, Verdict(True, self._limit, left))  # noqa: FBT003 - as above

    def _take(self, cost: float) -> Verdict:
        limit, restore = self._limit * self.scale, self.restore
        self._refill()
        left = limit - self._spent
        if cost > left + GRAIN:
            wait = (cost - left) / restore
            return Verdict(False, limit, left, wait, self._spent / restore)  # noqa: FBT003 - as above
        self._spent += cost
        return Verdict(True, limit, left - cost, 0.0, self._spent / restore)  # noqa: FBT003 - as above

    def _refill(self) -> None:
        now = self._seconds()
        self._spent = max(self._spent - (now - self._at) * self.restore, 0.0)
        self._at = now
