"""The portal at its door: tokens, limits, errors."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.hubspot.books import ERASED
from sandbox.hubspot.mail import Mail
from sandbox.limits import FixedWindow, RollingWindow, Verdict
from sandbox.names import letters, number
from sandbox.routing import route

CLIENT, SECRET = "daybreak-sandbox-client", "sandbox-client-value"
LASTING = "pat-na1-sandbox"
REFRESH = "na1-sandbox-refresh"
LIFE = timedelta(seconds=1_800)
DAY = 86_400
INTERVAL = 10.0
CATEGORIES = {400: "VALIDATION_ERROR", 403: "MISSING_SCOPES", 404: "OBJECT_NOT_FOUND"}


class HubSpot(Mail):
    """A portal.

    Args:
        clock: The sandbox's.
        burst: Requests in ten seconds.
        daily: Requests in a day.
        searches: Searches in a second.
        lag: Seconds by which search trails the records.
        association_page: Associations of one record on a page.
        expiring: True hands out an OAuth token, with a refresh token that stays the same.
        merges_renumber: See `Books`.
        loud_restores: See `Books`.
    """

    name = "hubspot"

    def __init__(  # noqa: PLR0913 - each is one way portals differ
        self,
        clock: Clock | None = None,
        *,
        burst: float = 190,
        daily: float = 650_000,
        searches: float = 5,
        lag: float = 0.0,
        association_page: int = 500,
        expiring: bool = False,
        merges_renumber: bool = False,
        loud_restores: bool = False,
    ) -> None:
        super().__init__(clock, merges_renumber=merges_renumber, loud_restores=loud_restores)
        self.lag, self.association_page = lag, association_page
        self.limits["burst"] = RollingWindow(burst, INTERVAL, self.seconds, told=True)
        self.limits["search"] = RollingWindow(searches, 1, self.seconds)
        self.limits["daily"] = FixedWindow(daily, DAY, self.seconds)
        self._expiring = expiring
        self._tokens: dict[str, datetime] = {}
        self._made = 0
        self._given = self._token() if expiring else LASTING

    def __call__(self, request: Request) -> Response:
        """Answer one request; every answer but a search's tells what is left of the limits."""
        if request.path == "/oauth/v1/token":
            return self._route(request)
        refused = self._unknown(request)
        if refused is not None:
            return refused
        is_search = request.path.endswith("/search") and "/objects/" in request.path
        policy, verdict = self._take("search" if is_search else "burst")
        answer = self._route(request) if verdict.allowed else self._slow_down(policy)
        if is_search:
            return answer
        return Response(answer.status, answer.body, {**answer.headers, **self._left(verdict)})

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs."""
        found = {"HUBSPOT_BASE_URL": self.url, "HUBSPOT_ACCESS_TOKEN": self._given}
        if not self._expiring:
            return found
        return {
            **found,
            "HUBSPOT_REFRESH_TOKEN": REFRESH,
            "HUBSPOT_CLIENT_ID": CLIENT,
            "HUBSPOT_CLIENT_SECRET": SECRET,
        }

    def expire_tokens(self) -> None:
        """Let every token run out that can."""
        self._tokens = dict.fromkeys(self._tokens, self.clock.now())

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in the portal's own form."""
        if status == 429:  # noqa: PLR2004 - the one status with a form of its own
            return self._slow_down("TEN_SECONDLY_ROLLING", retry_after)
        body = {
            "status": "error",
            "message": message or f"the request was refused with {status}",
            "correlationId": self._correlation(),
            "category": CATEGORIES.get(status, "INTERNAL_ERROR"),
        }
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        return Response(status, body, headers)

    @route("POST", "/oauth/v1/token")
    def token(self, request: Request) -> Response:
        """Give a new access token for the refresh token."""
        form = request.form()
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if form.get("grant_type") != "refresh_token" or not known:
            return Response(400, {"status": "BAD_CLIENT_ID", "message": "unknown client"})
        if form.get("refresh_token") != REFRESH:
            return Response(400, {"status": "BAD_REFRESH_TOKEN", "message": "unknown token"})
        body = {
            "access_token": self._token(),
            "refresh_token": REFRESH,
            "expires_in": int(LIFE.total_seconds()),
            "token_type": "bearer",
        }
        return Response(200, body)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold; erased records are told as deleted ones.

        Associations (``contacts:1>companies:2``) stand in one direction: from deals to contacts
        and companies, from contacts to companies. Memberships are ``list:contact``.
        """
        found = super().truth(table)
        found.pop("campaigns", None)
        # A deal that came and went between two nights has a past that nobody can ask for.
        found.pop("stage_history", None)
        for row in self.records["contacts"].rows("gone = ?", (ERASED,)):
            if "contacts" in found:
                found["contacts"][row.id]["erased"] = True
        return found

    def _route(self, request: Request) -> Response:
        try:
            return super().__call__(request)
        except ValueError:
            return self.refuse(400, "Invalid input JSON or parameter")

    def _token(self) -> str:
        self._made += 1
        made = "CSandbox" + letters("hubspot", str(self._made), 20)
        self._tokens[made] = self.clock.now() + LIFE
        return made

    def _unknown(self, request: Request) -> Response | None:
        given = str(request.headers.get("Authorization", "")).removeprefix("Bearer ")
        dies = self._tokens.get(given)
        if given == LASTING or (dies is not None and dies > self.clock.now()):
            return None
        category = "INVALID_AUTHENTICATION" if dies is None else "EXPIRED_AUTHENTICATION"
        ago = "" if dies is None else f" {(self.clock.now() - dies).seconds} second(s) ago"
        body = {
            "status": "error",
            "message": f"The token used to make this call is not valid or expired{ago}.",
            "correlationId": self._correlation(),
            "category": category,
        }
        return Response(401, body)

    def _take(self, name: str) -> tuple[str, Verdict]:
        day = self.limits["daily"].take()
        if not day.allowed:
            return "DAILY", day
        policy = "SECONDLY" if name == "search" else "TEN_SECONDLY_ROLLING"
        return policy, self.limits[name].take()

    def _left(self, verdict: Verdict) -> dict[str, str]:
        day = self.limits["daily"].take(0)
        return {
            "X-HubSpot-RateLimit-Daily": f"{day.limit:.0f}",
            "X-HubSpot-RateLimit-Daily-Remaining": f"{day.remaining:.0f}",
            "X-HubSpot-RateLimit-Interval-Milliseconds": f"{INTERVAL * 1000:.0f}",
            "X-HubSpot-RateLimit-Max": f"{verdict.limit:.0f}",
            "X-HubSpot-RateLimit-Remaining": f"{verdict.remaining:.0f}",
        }

    def _slow_down(self, policy: str, retry_after: float | None = None) -> Response:
        body = {
            "status": "error",
            "message": f"You have reached your {policy.lower()} limit.",
            "errorType": "RATE_LIMIT",
            "correlationId": self._correlation(),
            "policyName": policy,
            "requestId": self._correlation(),
        }
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        return Response(429, body, headers)

    def _correlation(self) -> str:
        return str(UUID(int=number("correlation", str(self.store.tick()), 18)))
