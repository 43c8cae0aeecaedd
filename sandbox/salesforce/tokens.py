"""Sessions: from client credentials, or from a refresh token that changes at each use."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.http import Request, Response
from sandbox.names import letters

CLIENT_ID = "3MVG9daybreak"
CLIENT_SECRET = letters("salesforce client secret", "daybreak", 40)


class Tokens:
    """The sessions in force.

    Args:
        now: The sandbox's time.
        lifetime: How long a session is good; no answer tells it.
        rotates: Whether there is a refresh token, good for one use.
    """

    def __init__(self, now: Callable[[], datetime], lifetime: timedelta, *, rotates: bool) -> None:
        self._now, self._lifetime, self.rotates = now, lifetime, rotates
        self._lock = threading.Lock()
        self._made = 0
        self.refresh_token = letters("salesforce refresh", "0", 40)
        self._until: dict[str, datetime] = {}

    def expire(self) -> None:
        """End every session in force; the refresh token stays good."""
        with self._lock:
            self._until.clear()

    def takes(self, header: str) -> bool:
        """Say whether an Authorization header is of a session in force."""
        with self._lock:
            until = self._until.get(header.removeprefix("Bearer "))
            return until is not None and self._now() < until

    def grant(self, request: Request) -> Response:
        """Answer the token endpoint."""
        form = request.form()
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refused("invalid_client", "invalid client credentials")
        with self._lock:
            kind = form.get("grant_type")
            if kind == "refresh_token":
                if not self.rotates or form.get("refresh_token") != self.refresh_token:
                    return _refused("invalid_grant", "expired access/refresh token")
            elif kind != "client_credentials":
                return _refused("unsupported_grant_type", "grant type not supported")
            return Response(200, self._issue(request, with_refresh=kind == "refresh_token"))

    def _issue(self, request: Request, *, with_refresh: bool) -> dict[str, str]:
        self._made += 1
        access = f"00Ddaybreak!{letters('salesforce access', str(self._made), 40)}"
        self._until[access] = self._now() + self._lifetime
        found = {
            "access_token": access,
            "instance_url": request.base,
            "id": f"{request.base}/id/00Ddaybreak/005daybreak",
            "token_type": "Bearer",
            "issued_at": str(round(self._now().timestamp() * 1000)),
            "signature": letters("salesforce signature", str(self._made), 40),
        }
        if with_refresh:
            self.refresh_token = letters("salesforce refresh", str(self._made), 40)
            found["refresh_token"] = self.refresh_token
        return found


def _refused(error: str, said: str) -> Response:
    return Response(400, {"error": error, "error_description": said})
