"""Zendesk's API over a desk: tokens, limits, exports, lists, single records."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, iso, moment
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow, Verdict
from sandbox.routing import route
from sandbox.store import Row
from sandbox.zendesk import exports, people
from sandbox.zendesk.desk import Desk, further_emails
from sandbox.zendesk.errors import RefusedError, bad, missing
from sandbox.zendesk.lists import Listing
from sandbox.zendesk.parts import AGENT, SUBDOMAIN, Body
from sandbox.zendesk.search import search
from sandbox.zendesk.tokens import API_TOKEN, CLIENT_ID, CLIENT_SECRET, EMAIL, Tokens

DAY_MS = 86_400_000
BIN_DAYS = 30
MOST_AT_ONCE = 100
SINGULAR = {"tickets": "ticket", "users": "user", "organizations": "organization"}
BY_CURSOR = frozenset({"tickets", "users"})
BY_TIME = BY_CURSOR | {"organizations", "ticket_events", "ticket_metric_events"}
SCORES = {"received": ("good", "bad"), "good": ("good",), "bad": ("bad",)}


class Zendesk(Desk):
    """Zendesk Support in miniature.

    Args:
        clock: The sandbox's.
        per_minute: Requests a minute in all: 200, 400, 700 or 2500 by plan.
        exports_per_minute: Requests a minute to incremental exports; 30 with the add-on.
        deleted_per_minute: Requests a minute to deleted tickets.
        token_lifetime: How long an access token is good, for the expiring pair; None is for ever.
        api_token: Whether the credentials are an API token, as before OAuth.
        archived_after_days: When closed tickets leave the list.
        search_lag: Seconds until search finds a new record; the documents say a few minutes.
    """

    name: ClassVar[str] = "zendesk"

    def __init__(  # noqa: PLR0913 - each is one way desks differ
        self,
        clock: Clock | None = None,
        *,
        per_minute: float = 700,
        exports_per_minute: float = 10,
        deleted_per_minute: float = 10,
        token_lifetime: timedelta | None = None,
        api_token: bool = False,
        archived_after_days: float = 120,
        search_lag: float = 120,
    ) -> None:
        super().__init__(clock)
        self._lifetime, self._api_token = token_lifetime, api_token
        self._archived_ms = round(archived_after_days * DAY_MS)
        self._search_lag_ms = round(search_lag * 1000)
        self.limits["account"] = RollingWindow(per_minute, 60, self.seconds, told=True)
        self.limits["incremental"] = RollingWindow(exports_per_minute, 60, self.seconds)
        self.limits["deleted_tickets"] = RollingWindow(deleted_per_minute, 60, self.seconds)
        self._tokens = self._new_tokens()

    def credentials(self) -> dict[str, str]:
        """Give the environment of the kind of credential this desk was made with."""
        found = {"ZENDESK_SUBDOMAIN": SUBDOMAIN, "ZENDESK_BASE_URL": self.url}
        if self._api_token:
            return {**found, "ZENDESK_EMAIL": EMAIL, "ZENDESK_API_TOKEN": API_TOKEN}
        found["ZENDESK_ACCESS_TOKEN"] = self._tokens.access
        if self._lifetime is None:
            return found
        client = {"ZENDESK_CLIENT_ID": CLIENT_ID, "ZENDESK_CLIENT_SECRET": CLIENT_SECRET}
        return {**found, **client, "ZENDESK_REFRESH_TOKEN": self._tokens.refresh_token}

    def expire_tokens(self) -> None:
        """Make the access token worthless; `credentials` has a new one where none rotates."""
        self._tokens.expire()

    def reset(self) -> None:
        """Forget every record, and every token handed out."""
        super().reset()
        self._tokens = self._new_tokens()

    def __call__(self, request: Request) -> Response:
        """Check token and limits, then answer; every path may end in ``.json``."""
        asked = replace(request, path=request.path.removesuffix(".json"))
        if asked.path == "/oauth/tokens":
            return super().__call__(asked)
        if not self._tokens.takes(request.headers.get("Authorization", "")):
            return self._unauthorised(request)
        account = self.limits["account"].take()
        left = {
            "X-Rate-Limit": str(round(account.limit)),
            "X-Rate-Limit-Remaining": str(round(account.remaining)),
        }
        response = self._throttled(asked, account) or self._answered(asked)
        return replace(response, headers={**response.headers, **left})

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Zendesk's words."""
        said = {401: "Couldn't authenticate you", 404: "InvalidEndpoint", 429: "TooManyRequests"}
        body = {
            "error": said.get(status, f"Error{status}"),
            "description": message or "Not possible",
        }
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        return Response(status, body, headers)

    @route("POST", "/oauth/tokens")
    def refresh(self, request: Request) -> Response:
        """Give a new pair of tokens for a refresh token."""
        asked = _asked(request)
        if asked.get("grant_type") != "refresh_token":
            return _oauth_error(400, "unsupported_grant_type")
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _oauth_error(401, "invalid_client")
        pair = self._tokens.refresh(str(asked.get("refresh_token", "")))
        return _oauth_error(400, "invalid_grant") if pair is None else Response(200, pair)

    @route("GET", "/api/v2/incremental/{table}/cursor")
    def export_by_cursor(self, request: Request, table: str) -> Response:
        """Export by cursor."""
        if table not in BY_CURSOR:
            return self.refuse(404)
        now = self.millis() // 1000
        rows, after = exports.by_cursor(table, self.kept[table], request, now)
        is_end = len(rows) < exports.limit(request)
        texts = self.shown(table, [row.body for row in rows])
        return exports.cursor_page(request, table, texts, after, is_end=is_end)

    @route("GET", "/api/v2/incremental/{table}")
    def export_by_time(self, request: Request, table: str) -> Response:
        """Export by time."""
        if table not in BY_TIME:
            return self.refuse(404)
        rows = exports.by_time(table, self.kept[table], request, self.millis() // 1000)
        is_end = len(rows) < exports.limit(request)
        end = rows[-1].extra["generated"] if rows else None
        texts = self.shown(table, [row.body for row in rows])
        return exports.time_page(request, table, texts, end, is_end=is_end)

    @route("GET", "/api/v2/tickets")
    @route("GET", "/api/v2/users")
    @route("GET", "/api/v2/organizations")
    def living(self, request: Request) -> Response:
        """List what is alive, and for tickets not archived."""
        table = _table(request)
        where, args = self._alive(table)
        return self._page(request, table, table, where, args)

    @route("GET", "/api/v2/tickets/count")
    @route("GET", "/api/v2/users/count")
    @route("GET", "/api/v2/organizations/count")
    def count(self, request: Request) -> Response:
        """Count what `living` lists."""
        table = _table(request)
        value = self.kept[table].count(*self._alive(table))
        count = {"refreshed_at": iso(self.clock.now()), "value": value}
        return Response(200, {"count": count})

    @route("GET", "/api/v2/search/count")
    def count_found(self, request: Request) -> Response:
        """Count what a search finds, archived tickets among it."""
        found = search(request.arg("query"))
        where = " and ".join([*found.parts, "created_at <= ?"])
        indexed = self.millis() - self._search_lag_ms
        return Response(200, {"count": self.kept[found.table].count(where, [*found.args, indexed])})

    @route("GET", "/api/v2/tickets/show_many")
    @route("GET", "/api/v2/users/show_many")
    @route("GET", "/api/v2/organizations/show_many")
    def show_many(self, request: Request) -> Response:
        """Give up to 100 records by id; those that are not there are left out."""
        table, ids = _table(request), [one for one in request.arg("ids").split(",") if one]
        if not ids or len(ids) > MOST_AT_ONCE or not all(one.isdigit() for one in ids):
            raise bad(f"ids: between 1 and {MOST_AT_ONCE} numbers")
        rows = [self._one(table, one) for one in dict.fromkeys(ids)]
        texts = self.shown(table, [row.body for row in rows if row is not None])
        return Response(
            200,
            f'{{"{table}":[{",".join(texts)}],"next_page":null,"previous_page":null,'
            f'"count":{len(texts)}}}',
        )

    @route("GET", "/api/v2/tickets/{found}")
    @route("GET", "/api/v2/users/{found}")
    @route("GET", "/api/v2/organizations/{found}")
    def show(self, request: Request, found: str) -> Response:
        """Give one record: an archived ticket and a deactivated user, too."""
        table = _table(request)
        row = self._one(table, found)
        if row is None:
            raise missing()
        return Response(200, f'{{"{SINGULAR[table]}":{row.body}}}')

    @route("GET", "/api/v2/users/me")
    def me(self, _: Request) -> Response:
        """Give the agent whose token this is."""
        return Response(200, {"user": {**AGENT, "email": EMAIL, "role": "admin", "active": True}})

    @route("GET", "/api/v2/users/{found}/identities")
    def identities(self, _: Request, found: str) -> Response:
        """List the addresses a user is known by."""
        row = self._one("users", found)
        if row is None:
            raise missing()
        known = people.identities(row.json(), further_emails(row))
        more: Body = {"next_page": None, "previous_page": None, "count": len(known)}
        return Response(200, {"identities": known, **more})

    @route("GET", "/api/v2/satisfaction_ratings")
    def ratings(self, request: Request) -> Response:
        """List verdicts; ``start_time`` and ``end_time`` are seconds of their creation."""
        where, args = ["deleted_at is null"], []
        for name, sign, later in (("start_time", ">=", 0), ("end_time", "<", 1)):
            asked = request.arg(name)
            if asked and not asked.isdigit():
                raise bad(f"{name}: is not a number of seconds")
            if asked:
                where.append(f"created_at {sign} ?")
                args.append((int(asked) + later) * 1000)
        wanted = SCORES.get(request.arg("score"), ())
        if request.arg("score"):
            where.append(f"score in ({', '.join(repr(one) for one in wanted)})")
        table = "satisfaction_ratings"
        return self._page(request, table, table, " and ".join(where), args)

    @route("GET", "/api/v2/deleted_tickets")
    def deleted_tickets(self, request: Request) -> Response:
        """List tickets deleted within 30 days."""
        since = self.millis() - BIN_DAYS * DAY_MS
        rows, rest = Listing(self.kept["tickets"], request, "deleted_at > ?", (since,)).page()
        return self._written(
            "deleted_tickets", [orjson.dumps(_binned(r)).decode() for r in rows], rest
        )

    @route("GET", "/api/v2/deleted_users")
    def deleted_users(self, request: Request) -> Response:
        """List deactivated users; merged ones are not among them."""
        where = "deleted_at is not null and merged_into is null"
        return self._page(request, "users", "deleted_users", where, ())

    def _page(
        self,
        request: Request,
        table: str,
        name: str,
        where: str,
        args: Any,  # noqa: ANN401 - values of the condition
    ) -> Response:
        rows, rest = Listing(self.kept[table], request, where, args).page()
        return self._written(name, [row.body for row in rows], rest)

    def _written(self, name: str, texts: list[str], rest: str) -> Response:
        shown = self.shown(name, texts)
        return Response(200, f'{{"{name}":[{",".join(shown)}],{rest}}}')

    def _alive(self, table: str) -> tuple[str, tuple[int, ...]]:
        if table != "tickets":
            return "deleted_at is null", ()
        archived = self.millis() - self._archived_ms
        return "deleted_at is null and (closed_at is null or closed_at > ?)", (archived,)

    def _one(self, table: str, found: str) -> Row | None:
        row = self.kept[table].get(int(found)) if found.isdigit() else None
        if row is None or row.merged_into is not None:
            return None
        return row if row.deleted_at is None or table == "users" else None

    def _new_tokens(self) -> Tokens:
        return Tokens(self._now, self._lifetime)

    def _now(self) -> datetime:
        # The clock may be another one by the time it is asked.
        return self.clock.now()

    def _unauthorised(self, request: Request) -> Response:
        if not request.headers.get("Authorization", "").lower().startswith("bearer"):
            return self.refuse(401)
        return _oauth_error(401, "invalid_token")

    def _answered(self, request: Request) -> Response:
        try:
            return super().__call__(request)
        except RefusedError as refused:
            return refused.response

    def _throttled(self, request: Request, account: Verdict) -> Response | None:
        verdict = account
        own = next((part for part in request.path.split("/") if part in self.limits), None)
        if verdict.allowed and own is not None and own != "account":
            verdict = self.limits[own].take()
        if verdict.allowed:
            return None
        said = "Number of allowed API requests per minute exceeded"
        return self.refuse(429, said, max(verdict.wait, 1))


def _table(request: Request) -> str:
    return request.path.split("/")[3]


def _asked(request: Request) -> dict[str, Any]:
    if "json" not in request.headers.get("Content-Type", ""):
        return dict(request.form())
    try:
        found = request.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _binned(row: Row) -> Body:
    body = row.json()
    return {
        "id": row.id,
        "actor": AGENT,
        "deleted_at": iso(moment(row.deleted_at or 0)),
        "previous_state": row.extra["status_before"],
        "subject": body["subject"],
    }


def _oauth_error(status: int, error: str) -> Response:
    said = {
        "invalid_client": "The client is unknown or its secret is wrong.",
        "invalid_grant": "The refresh token is expired, revoked or was used before.",
        "invalid_token": "The access token provided is expired, revoked, malformed or invalid.",
        "unsupported_grant_type": "Only refresh_token is granted here.",
    }
    return Response(status, {"error": error, "error_description": said[error]})
