"""Who may ask: tokens that last, tokens that expire and rotate, and the old API tokens."""

import threading
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.names import letters

EMAIL = "ops@daybreak.example"
API_TOKEN = letters("zendesk api token", "daybreak", 40)
CLIENT_ID = "daybreak"
CLIENT_SECRET = letters("zendesk client secret", "daybreak", 40)
API_TOKENS_END = datetime(2027, 4, 30, tzinfo=UTC)
"""From here on no API token is taken any more, as Zendesk announced."""


class Tokens:
    """The one pair of OAuth tokens in force.

    Args:
        now: The sandbox's time.
        lifetime: How long an access token is good; None is for ever, and then nothing rotates.
    """

    def __init__(self, now: Callable[[], datetime], lifetime: timedelta | None) -> None:
        self._now, self._lifetime = now, lifetime
        self._lock = threading.Lock()
        self._made = 0
        self._dead = ""
        self._issue()

    def expire(self) -> None:
        """Make the access token in force worthless; one that rotates can still be refreshed."""
        with self._lock:
            self._dead = self.access
            if self._lifetime is None:
                self._issue()

    def refresh(self, given: str) -> dict[str, object] | None:
        """Give a new pair for the refresh token in force; the old pair is worthless at once."""
        with self._lock:
            if self._lifetime is None or given != self.refresh_token:
                return None
            self._issue()
            return {
                "access_token": self.access,
                "expires_in": int(self._lifetime.total_seconds()),
                "refresh_token": self.refresh_token,
                "refresh_token_expires_in": int(timedelta(days=90).total_seconds()),
                "scope": "read",
                "token_type": "bearer",
            }

    def takes(self, header: str) -> bool:
        """Say whether an Authorization header lets its sender in."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "bearer":
            return self._is_good(rest.strip())
        if scheme.lower() == "basic" and self._now() < API_TOKENS_END:
            return _decoded(rest) == f"{EMAIL}/token:{API_TOKEN}"
        return False

    def _is_good(self, token: str) -> bool:
        with self._lock:
            is_alive = token == self.access and token != self._dead
            return is_alive and (self._lifetime is None or self._now() < self._until)

    def _issue(self) -> None:
        self._made += 1
        self.access = letters("zendesk access", str(self._made), 40)
        self.refresh_token = letters("zendesk refresh", str(self._made), 40)
        self._until = self._now() + (self._lifetime or timedelta())


def _decoded(text: str) -> str:
    try:
        return b64decode(text, validate=True).decode()
    except (Base64Error, UnicodeDecodeError):
        return ""
