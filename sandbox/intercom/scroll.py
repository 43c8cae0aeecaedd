"""The one scroll a workspace can have going."""

from collections.abc import Callable

from sandbox.names import letters


class Scroll:
    """Where the scroll is, and whether it still goes.

    Args:
        seconds: A count of seconds that never runs back.
        lasts: How long it is kept unused.
    """

    def __init__(self, seconds: Callable[[], float], lasts: float) -> None:
        self._seconds, self._lasts = seconds, lasts
        self._count, self._after = 0, ""
        self._used_at: float | None = None
        self.name = ""

    @property
    def is_going(self) -> bool:
        """True while nobody else can start one."""
        return self._used_at is not None and self._seconds() - self._used_at < self._lasts

    def start(self) -> str:
        """Begin; return the id to go on after."""
        self._count += 1
        self.name, self._after = letters("intercom scroll", str(self._count), 36), ""
        self._used_at = self._seconds()
        return self._after

    def go_on(self, name: str) -> str | None:
        """Return the id to go on after; None when there is no such scroll any more."""
        if name != self.name or not self.is_going:
            return None
        self._used_at = self._seconds()
        return self._after

    def reach(self, record_id: str) -> None:
        """Remember the last record that was given."""
        self._after = record_id

    def end(self) -> None:
        """Let the next one start."""
        self._used_at = None
