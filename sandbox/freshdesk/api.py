"""Freshdesk's API over a desk: key, limits, lists by page number, single records."""

import math
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson

from sandbox.clock import Clock, millis, parse
from sandbox.freshdesk.desk import AS_GUESSED, Desk, Habits
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row

API_KEY = letters("freshdesk api key", "daybreak", 20)
DAY_MS = 86_400_000
NOT_FOUND = 404
DEFAULT_DAYS = 30
DEFAULT_SIZE = 30
INCLUDES = {"description": 2, "requester": 2, "stats": 2}
FILTERS = frozenset({"", "deleted", "spam", "new_and_my_open", "watching"})
STATES = frozenset({"", "deleted", "blocked", "unverified", "verified"})
ORDERS = {"created_at": "created_at", "updated_at": "updated_at", "due_by": "created_at"}
HIDDEN = ("description", "description_text")


class RefusedError(Exception):
    """A parameter Freshdesk does not take."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field)
        told = {"field": field, "message": message, "code": "invalid_value"}
        body = {"description": "Validation failed", "errors": [told]}
        self.response = Response(400, body)


class Freshdesk(Desk):
    """Freshdesk in miniature.

    Args:
        clock: The sandbox's.
        per_minute: Calls a minute in all, by plan: 50 on trial, 200, 400, 700.
        lists_per_minute: Lists of tickets, and of contacts, a minute each: 20, 100, 200.
        most_pages: The last page of a list of tickets.
        most_per_page: Rows a page at most.
        habits: What no document tells.
    """

    name: ClassVar[str] = "freshdesk"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        per_minute: float = 200,
        lists_per_minute: float = 20,
        most_pages: int = 300,
        most_per_page: int = 100,
        habits: Habits = AS_GUESSED,
    ) -> None:
        super().__init__(clock, habits)
        self._most_pages, self._most_per_page = most_pages, most_per_page
        self.limits["account"] = RollingWindow(per_minute, 60, self.seconds, told=True)
        self.limits["tickets"] = RollingWindow(lists_per_minute, 60, self.seconds)
        self.limits["contacts"] = RollingWindow(lists_per_minute, 60, self.seconds)

    def credentials(self) -> dict[str, str]:
        """Give the environment of the one key there is."""
        return {
            "FRESHDESK_DOMAIN": "daybreak-sandbox",
            "FRESHDESK_API_KEY": API_KEY,
            "FRESHDESK_BASE_URL": self.url,
        }

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Freshdesk's words; there are none for what is not there."""
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        if status == NOT_FOUND:
            return Response(NOT_FOUND, b"", headers)
        codes = {401: "invalid_credentials", 403: "access_denied"}
        body = {"code": codes.get(status, "error"), "message": message or "Not possible"}
        return Response(status, body, headers)

    def __call__(self, request: Request) -> Response:
        """Check key and limits, then answer; what is refused costs, too."""
        if not _signed(request):
            return self.refuse(401, "You have to be logged in to perform this action.")
        cost = 1 + sum(INCLUDES.get(one, 0) for one in _includes(request))
        verdict = self.limits["account"].take(cost)
        left = {
            "X-RateLimit-Total": str(round(verdict.limit)),
            "X-RateLimit-Remaining": str(round(verdict.remaining)),
            "X-RateLimit-Used-CurrentRequest": str(cost),
        }
        own = self.limits.get(request.path.removeprefix("/api/v2/"))
        if verdict.allowed and own is not None:
            verdict = own.take()
        if not verdict.allowed:
            wait = max(verdict.wait, 1)
            response = self.refuse(429, "You have exceeded the limit of requests", wait)
        else:
            response = self._answered(request)
        return replace(response, headers={**response.headers, **left})

    def _answered(self, request: Request) -> Response:
        try:
            return super().__call__(request)
        except RefusedError as refused:
            return refused.response

    @route("GET", "/api/v2/tickets")
    def tickets(self, request: Request) -> Response:
        """List tickets, by default those alive and created within 30 days."""
        chosen = _choice(request, "filter", FILTERS)
        where = {
            "deleted": "deleted_at is not null",
            "spam": "spam and deleted_at is null",
        }.get(chosen, "deleted_at is null and not spam")
        since = self._since(request, "updated_since")
        if since is None:
            since = f"created_at >= {self.millis() - DEFAULT_DAYS * DAY_MS}"
        by = ORDERS.get(request.arg("order_by", "created_at"))
        way = request.arg("order_type", "desc")
        if by is None or way not in {"asc", "desc"}:
            raise RefusedError("order_by", "It should be one of the orders there are")
        return self._page(request, "tickets", f"{where} and {since}", order=f"{by} {way}, id {way}")

    @route("GET", "/api/v2/tickets/{found}/conversations")
    def conversations(self, request: Request, found: str) -> Response:
        """List what was said on a ticket, oldest first."""
        row = self._row("tickets", found)
        if row is None or row.deleted_at is not None:
            return self.refuse(NOT_FOUND)
        where = "ticket = ? and deleted_at is null"
        return self._page(request, "conversations", where, (row.id,), order="created_at, id")

    @route("GET", "/api/v2/contacts")
    def contacts(self, request: Request) -> Response:
        """List contacts: without ``state`` those neither deleted nor blocked."""
        state = _choice(request, "state", STATES)
        where = "deleted_at is null and not blocked"
        if state == "deleted":
            where = "deleted_at is not null"
            where += "" if self.habits.merged_listed else " and merged_into is null"
        elif state == "blocked":
            where = "deleted_at is null and blocked"
        # One document says ``_updated_since``, another ``updated_since``.
        for name in ("_updated_since", "updated_since"):
            since = self._since(request, name)
            where += f" and {since}" if since else ""
        return self._page(request, "contacts", where)

    @route("GET", "/api/v2/companies")
    def companies(self, request: Request) -> Response:
        """List every company."""
        return self._page(request, "companies", "deleted_at is null")

    @route("GET", "/api/v2/agents")
    def agents(self, request: Request) -> Response:
        """List the agents."""
        return self._page(request, "agents", "deleted_at is null")

    @route("GET", "/api/v2/surveys/satisfaction_ratings")
    def ratings(self, request: Request) -> Response:
        """List verdicts by when they were first given, newest first."""
        since = request.arg("created_since")
        where = f"created_at >= {_moment('created_since', since)}" if since else "1"
        order = "created_at desc, id desc"
        return self._page(request, "satisfaction_ratings", where, order=order)

    @route("GET", "/api/v2/tickets/{found}")
    @route("GET", "/api/v2/contacts/{found}")
    @route("GET", "/api/v2/companies/{found}")
    def show(self, request: Request, found: str) -> Response:
        """Give one record; one in the bin says so, one that is gone is not there."""
        table = request.path.split("/")[3]
        row = self._row(table, found)
        is_gone = row is not None and row.deleted_at is not None and table == "companies"
        is_lost = row is not None and row.merged_into is not None and not self.habits.merged_listed
        if row is None or is_gone or is_lost:
            return self.refuse(NOT_FOUND)
        if table == "tickets" and "stats" in _includes(request):
            return Response(200, {**row.json(), "stats": self.stats_of(int(row.id))})
        return Response(200, row.body)

    def _row(self, table: str, found: str) -> Row | None:
        return self.kept[table].get(int(found)) if found.isdigit() else None

    def _since(self, request: Request, name: str) -> str | None:
        text = request.arg(name)
        if not text:
            return None
        return f"updated_at >= {_moment(name, text) + (0 if self.habits.inclusive else 1_000)}"

    def _page(
        self,
        request: Request,
        table: str,
        where: str,
        args: Sequence[Any] = (),
        *,
        order: str = "id",
    ) -> Response:
        page = _number(request, "page", 1, 10**9)
        size = min(_number(request, "per_page", DEFAULT_SIZE, 100), self._most_per_page)
        last = self._most_pages if table == "tickets" else math.inf
        if page > last:
            said = f"You cannot access tickets beyond the {self._most_pages}th page"
            raise RefusedError("page", said)
        start = (page - 1) * size
        rows = self.kept[table].rows(where, args, order=order, limit=size + 1, offset=start)
        has_more = len(rows) > size and page < last
        texts = [self._text(table, row, request) for row in rows[:size]]
        body = f"[{','.join(self.shown(table, texts))}]"
        return Response(200, body, _link(request, page + 1) if has_more else {})

    def _text(self, table: str, row: Row, request: Request) -> str:
        """Give a row as a list shows it: tickets keep to themselves what is not asked for."""
        if table != "tickets":
            return row.body
        body, asked = row.json(), _includes(request)
        hidden = () if "description" in asked else HIDDEN
        body = {name: value for name, value in body.items() if name not in hidden}
        if "stats" in asked:
            body["stats"] = self.stats_of(int(row.id))
        return orjson.dumps(body).decode()


def _includes(request: Request) -> list[str]:
    return [one for one in request.arg("include").split(",") if one]


def _link(request: Request, page: int) -> dict[str, str]:
    query = {name: values[-1] for name, values in request.query.items()} | {"page": str(page)}
    return {"Link": f'<{request.base}{request.path}?{urlencode(query)}>; rel="next"'}


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.arg(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise RefusedError(name, f"It should be a positive integer of at most {most}")
    return int(text)


def _choice(request: Request, name: str, choices: frozenset[str]) -> str:
    if request.arg(name) not in choices:
        raise RefusedError(name, f"It should be one of these: {', '.join(sorted(choices))}")
    return request.arg(name)


def _moment(name: str, text: str) -> int:
    try:
        return millis(parse(text))
    except ValueError:
        raise RefusedError(name, "It should be a valid date in ISO 8601") from None


def _signed(request: Request) -> bool:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    try:
        user = b64decode(rest, validate=True).decode().partition(":")[0]
    except (Base64Error, UnicodeDecodeError):
        return False
    return bool(scheme.lower() == "basic" and user == API_KEY)
