"""A clock that waits by moving the sandbox's hour, and remembers how long it was made to wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.clock import Clock as SandboxClock


class Patience:
    """Our clock over the sandbox's: nobody really sleeps.

    Args:
        clock: The sandbox's.
        ahead: How far the machine we pretend to be is ahead of the vendor.
    """

    def __init__(self, clock: SandboxClock, ahead: timedelta = timedelta(0)) -> None:
        self._clock, self._ahead = clock, ahead
        self.waits: list[float] = []

    def now(self) -> datetime:
        """Return our hour."""
        return self._clock.now() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Move the sandbox's hour on."""
        self.waits.append(seconds)
        self._clock.advance(max(0.0, seconds))
