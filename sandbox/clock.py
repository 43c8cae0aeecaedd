"""The sandbox's own time: every vendor stamps, expires and throttles by it."""

import threading
import time
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def millis(at: datetime) -> int:
    """Give the milliseconds since 1970 of a moment; what the store orders by."""
    return (at - EPOCH) // MILLISECOND


def moment(at_millis: int) -> datetime:
    """Give the moment of milliseconds since 1970."""
    return EPOCH + at_millis * MILLISECOND


def parse(text: str) -> datetime:
    """Read an ISO date or time; one without a zone is UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def iso(at: datetime) -> str:
    """Write a moment to the second, with Z, as most vendors do."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


class Clock:
    """A clock that can be set, moved on and frozen. While it ticks, real time passes on top.

    Args:
        at: Where it starts; the machine's time when left out.
        frozen: True for a clock that moves only when it is told to.
        still: True counts no real second at all, not even for limits: whoever waits must move it.
    """

    def __init__(
        self, at: datetime | None = None, *, frozen: bool = False, still: bool = False
    ) -> None:
        self._lock = threading.Lock()
        self._at = at or datetime.now(UTC)
        self._since = time.monotonic()
        self._born = self._since
        self._advanced = 0.0
        self._frozen, self._still = frozen, still

    @property
    def frozen(self) -> bool:
        """True while time stands still."""
        return self._frozen

    def now(self) -> datetime:
        """Give the time of the sandbox, in UTC."""
        with self._lock:
            return self._now()

    def seconds(self) -> float:
        """Give a count that never runs back: real seconds plus all advances.

        Rate limits use it, so that a frozen clock does not throttle a client for ever.
        """
        with self._lock:
            passed = 0.0 if self._still else time.monotonic() - self._born
            return passed + self._advanced

    def advance(self, seconds: float) -> datetime:
        """Move time on and give the new time."""
        with self._lock:
            self._restart(self._now() + timedelta(seconds=seconds))
            self._advanced += max(seconds, 0.0)
            return self._at

    def set(self, at: datetime) -> datetime:
        """Put the clock to ``at``, forwards or back."""
        with self._lock:
            self._advanced += max((at - self._now()).total_seconds(), 0.0)
            self._restart(at)
            return self._at

    def freeze(self, frozen: bool) -> None:  # noqa: FBT001 - the verb takes exactly this
        """Stop time, or let it tick again."""
        with self._lock:
            self._restart(self._now())
            self._frozen = frozen

    def _now(self) -> datetime:
        passed = 0.0 if self._frozen else time.monotonic() - self._since
        return self._at + timedelta(seconds=passed)

    def _restart(self, at: datetime) -> None:
        self._at = at
        self._since = time.monotonic()
