"""Who may ask: one user, one session at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.names import letters

USERNAME = "13900000001"
PASSWORD = letters("wukong password", "daybreak", 16)
WEEK = timedelta(days=7)
LOCKED_AFTER, LOCKED_FOR = 3, timedelta(minutes=2)
WRONG, LOCKED = 1004, 1010


class Sessions:
    """The one session in force.

    Args:
        now: The sandbox's time.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.token = ""
        self._until = self._locked = now()
        self._made = self._wrong = 0

    def begin(self, username: object, password: object) -> str | int:
        """Give a token, after which the one before is worth nothing; or a code that says no."""
        if self._now() < self._locked:
            return LOCKED
        if (username, password) != (USERNAME, PASSWORD):
            self._wrong += 1
            if self._wrong >= LOCKED_AFTER:
                self._wrong, self._locked = 0, self._now() + LOCKED_FOR
            return WRONG
        self._wrong, self._made = 0, self._made + 1
        self.token = letters("wukong token", str(self._made), 32).lower()
        self._until = self._now() + WEEK
        return self.token

    def end(self) -> None:
        """End the session."""
        self.token = ""

    def takes(self, token: str) -> bool:
        """Say whether a token is the one in force."""
        return bool(token) and token == self.token and self._now() < self._until
