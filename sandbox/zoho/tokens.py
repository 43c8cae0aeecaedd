"""Who may ask: access tokens of an hour, from a refresh token that stays."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.names import letters

CLIENT_ID = "1000.DAYBREAK"
CLIENT_SECRET = letters("zoho client secret", "daybreak", 40)
REFRESH_TOKEN = f"1000.{letters('zoho refresh token', 'daybreak', 32)}"


class Tokens:
    """The access tokens in force.

    Args:
        now: The sandbox's time.
        lifetime: How long a token is good.
    """

    def __init__(self, now: Callable[[], datetime], lifetime: timedelta) -> None:
        self._now, self._lifetime = now, lifetime
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}
        self._made = 0

    def make(self) -> dict[str, object]:
        """Give a new access token, as the token endpoint tells it."""
        with self._lock:
            self._made += 1
            token = f"1000.{letters('zoho access', str(self._made), 32)}"
            self._until[token] = self._now() + self._lifetime
        return {
            "access_token": token,
            "scope": "ZohoCRM.modules.READ ZohoCRM.settings.fields.READ ZohoCRM.coql.READ",
            "api_domain": "https://www.zohoapis.com",
            "token_type": "Bearer",
            "expires_in": int(self._lifetime.total_seconds()),
        }

    def expire(self) -> None:
        """Make every token given so far worthless."""
        with self._lock:
            self._until.clear()

    def takes(self, header: str) -> bool:
        """Say whether an Authorization header lets its sender in."""
        scheme, _, token = header.partition(" ")
        with self._lock:
            until = self._until.get(token.strip())
        return scheme == "Zoho-oauthtoken" and until is not None and self._now() < until
