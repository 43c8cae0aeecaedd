"""Access tokens of the shop: one that lasts, and those that expire and are refreshed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.names import letters

CLIENT = "daybreak-sandbox-client"
SECRET = "sandbox-client-value"  # noqa: S105 - opens nothing but the sandbox
HOUR = timedelta(minutes=60)
DAY = timedelta(hours=24)
QUARTER = timedelta(days=90)


class RefusedError(Exception):
    """A token was not given. The argument is OAuth's word for why."""


@dataclass(slots=True)
class Tokens:
    """Who may come in. ``now`` is the sandbox's time.

    A refresh token that was used stays good until the one given for it is used, so that a client
    whose answer was lost can ask again.
    """

    now: Callable[[], datetime]
    life: timedelta = HOUR
    lasting: str = "shpat_sandbox"
    _access: dict[str, datetime] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)  # token -> the one it was given for
    _made: int = 0

    def accepts(self, token: str) -> bool:
        """Say whether a request with this token may pass."""
        return token == self.lasting or self._access.get(token, self.now()) > self.now()

    def pair(self, given_for: str = "") -> tuple[str, str]:
        """Make an access token that expires and the refresh token that goes with it."""
        self._made += 1
        access = "shpua_" + letters("access", str(self._made), 20)
        refresh = "shprt_" + letters("refresh", str(self._made), 20)
        self._access[access] = self.now() + self.life
        self._refresh[refresh] = given_for
        return access, refresh

    def grant(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a token request; raises `RefusedError`."""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            raise RefusedError("invalid_client")
        match form.get("grant_type"):
            case "refresh_token":
                return self._refreshed(str(form.get("refresh_token", "")))
            case "client_credentials":
                access, _ = self.pair()
                self._access[access] = self.now() + DAY
                return {"access_token": access, "scope": "", "expires_in": DAY.total_seconds()}
            case _:
                raise RefusedError("unsupported_grant_type")

    def expire(self) -> None:
        """Make every access token that can expire worthless."""
        self._access.clear()

    def _refreshed(self, token: str) -> dict[str, Any]:
        if token not in self._refresh:
            raise RefusedError("invalid_grant")
        self._refresh.pop(self._refresh[token], None)
        access, refresh = self.pair(given_for=token)
        return {
            "access_token": access,
            "scope": "read_customers,read_orders,read_products,read_all_orders",
            "expires_in": int(self.life.total_seconds()),
            "refresh_token": refresh,
            "refresh_token_expires_in": int(QUARTER.total_seconds()),
        }
