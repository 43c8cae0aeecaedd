"""Zoho's API over the books: tokens, credits, lists by page and by token, the deleted, counts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock, millis, parse
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row
from sandbox.zoho import coql
from sandbox.zoho.books import Books
from sandbox.zoho.records import CUSTOM, MODULES, Body, owner, record_id
from sandbox.zoho.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Tokens

TABLES = {module: table for table, module in MODULES.items()}
DAY = timedelta(days=1)
DAY_MS = 86_400_000
MOST_FIELDS, MOST_IDS = 50, 100
SORTS = {"id": "id", "Created_Time": "created_at", "Modified_Time": "updated_at"}
CONVERTED = {"": " and converted = 0", "false": " and converted = 0", "true": " and converted = 1"}
SAID = {
    401: ("INVALID_TOKEN", "invalid oauth token"),
    404: ("INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"),
    429: ("TOO_MANY_REQUESTS", "You have reached the limit of your API calls"),
}


@dataclass(frozen=True, slots=True)
class Caps:
    """Where lists stop, by Zoho's figures; tests shrink them.

    Attributes:
        rows: How many rows a page holds at most.
        discrete: How many rows can be reached by page number.
        deepest: How many rows can be reached at all.
        bin_days: How long a deleted record is told of.
    """

    rows: int = 200
    discrete: int = 2_000
    deepest: int = 100_000
    bin_days: float = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page token goes on: it counts rows, whatever happened to them since."""

    table: str
    offset: int
    until: datetime


class RefusedError(Exception):
    """A request that Zoho does not take."""

    def __init__(self, code: str, status: int = 400, **details: object) -> None:
        super().__init__(code)
        self.response = _error(status, code, code.replace("_", " ").lower(), **details)


class Zoho(Books):
    """Zoho CRM v8 in miniature.

    Args:
        clock: The sandbox's.
        credits_per_day: Calls in any 24 hours; 50,000 and more by edition.
        lifetime: How long an access token is good.
        token_lifetime: How long a page token is good.
        caps: Where lists stop.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        credits_per_day: float = 50_000,
        lifetime: timedelta = timedelta(hours=1),
        token_lifetime: timedelta = DAY,
        caps: Caps | None = None,
        **books: Any,  # noqa: ANN401 - see Books
    ) -> None:
        super().__init__(clock, **books)
        self._lifetime, self._token_lifetime = lifetime, token_lifetime
        self._caps = caps or Caps()
        self.limits["credits"] = RollingWindow(credits_per_day, 86_400, self.seconds, told=True)
        self.limits["tokens"] = RollingWindow(10, 600, self.seconds)
        self._forget()

    def credentials(self) -> dict[str, str]:
        """Give the environment of an app that was authorised once."""
        return {
            "ZOHO_BASE_URL": self.url,
            "ZOHO_ACCOUNTS_URL": self.url,
            "ZOHO_CLIENT_ID": CLIENT_ID,
            "ZOHO_CLIENT_SECRET": CLIENT_SECRET,
            "ZOHO_REFRESH_TOKEN": REFRESH_TOKEN,
        }

    def expire_tokens(self) -> None:
        """Make every access token worthless."""
        self._tokens.expire()

    def reset(self) -> None:
        """Forget every record and every token."""
        super().reset()
        self._forget()

    def __call__(self, request: Request) -> Response:
        """Check token and credits, then answer."""
        if request.path == "/oauth/v2/token":
            return super().__call__(request)
        if not self._tokens.takes(request.headers.get("Authorization", "")):
            return self.refuse(401)
        verdict = self.limits["credits"].take()
        if not verdict.allowed:
            return self.refuse(429)
        try:
            response = super().__call__(request)
        except RefusedError as refused:
            response = refused.response
        if verdict.remaining > verdict.limit / 2:
            return response
        left = {"X-API-CREDITS-REMAINING": str(int(verdict.remaining))}
        return replace(response, headers={**response.headers, **left})

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Zoho's words."""
        code, said = SAID.get(status, ("INTERNAL_ERROR", "Internal Server Error"))
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        return replace(_error(status, code, message or said), headers=headers)

    @route("POST", "/oauth/v2/token")
    def token(self, request: Request) -> Response:
        """Give an access token for the refresh token."""
        form = {**{name: values[-1] for name, values in request.query.items()}, **request.form()}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return Response(200, {"error": "invalid_client"})
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != REFRESH_TOKEN:
            return Response(200, {"error": "invalid_code"})
        if not self.limits["tokens"].take().allowed:
            said = "You have made too many requests continuously. Please try again after some time."
            body = {"error": "Access Denied", "error_description": said, "status": "failure"}
            return Response(400, body)
        return Response(200, self._tokens.make())

    @route("GET", "/crm/v8/settings/fields")
    def settings(self, request: Request) -> Response:
        """Tell the fields of a module."""
        table = _table(request.arg("module"))
        found = [
            {
                "id": record_id("field", f"{table}.{name}"),
                "api_name": name,
                "data_type": kind,
                "field_label": name.replace("_", " "),
                "custom_field": name in CUSTOM.values(),
                "visible": True,
            }
            for name, kind in self.fields[table].items()
        ]
        return Response(200, {"fields": found})

    @route("GET", "/crm/v8/{module}")
    def listed(self, request: Request, module: str) -> Response:
        """List live records; converted leads only on request."""
        table, wanted = _table(module), _wanted(request)
        where, args = "deleted_at is null", list[Any]()
        if table == "leads":
            where += CONVERTED.get(request.arg("converted"), "")
        if request.arg("ids"):
            ids = request.arg("ids").split(",")
            if len(ids) > MOST_IDS:
                raise RefusedError("LIMIT_EXCEEDED", param_name="ids", limit=MOST_IDS)
            where += f" and id in ({', '.join('?' * len(ids))})"
            args += ids
        since = _since(request)
        if since is not None:
            where += " and updated_at > ?"
            args.append(since)
        return self._page(request, table, where, args, wanted)

    @route("GET", "/crm/v8/{module}/deleted")
    def deleted(self, request: Request, module: str) -> Response:
        """List what was deleted, the last first."""
        table, kind = _table(module), request.arg("type", "all")
        where = "deleted_at > ?"
        args: list[Any] = [self.millis() - round(self._caps.bin_days * DAY_MS)]
        since = _since(request)
        if since is not None:
            where += " and deleted_at > ?"
            args.append(since)
        if kind != "all":
            where += " and gone = ?"
            args.append(kind)
        size, page = self._size(request), int(request.arg("page", "1"))
        kept = self.kept[table]
        order, offset = "deleted_at desc, id", (page - 1) * size
        rows = kept.rows(where, args, order=order, limit=size + 1, offset=offset)
        if not rows:
            return Response(304 if since is not None else 204)
        found = self.shown(f"deleted_{table}", [self._binned(row) for row in rows[:size]])
        info = {"per_page": size, "count": len(found), "page": page}
        return Response(200, {"data": found, "info": {**info, "more_records": len(rows) > size}})

    @route("POST", "/crm/v8/coql")
    def query(self, request: Request) -> Response:
        """Count live records, or list their ids in order; converted leads are among them."""
        asked = request.json()
        text = asked.get("select_query", "") if isinstance(asked, dict) else ""
        query = coql.read(str(text))
        if query is None or query.module not in TABLES:
            raise RefusedError("SYNTAX_ERROR")
        kept, where = self.kept[TABLES[query.module]], f"deleted_at is null and ({query.where})"
        if query.is_count:
            data: list[Body] = [{"COUNT(id)": kept.count(where, query.args)}]
            return Response(200, {"data": data, "info": {"count": 1, "more_records": False}})
        rows = kept.rows(where, query.args, order="id", limit=query.limit + 1)
        if not rows:
            return Response(204)
        data = self.shown(TABLES[query.module], [{"id": row.id} for row in rows[: query.limit]])
        info = {"count": len(data), "more_records": len(rows) > query.limit}
        return Response(200, {"data": data, "info": info})

    def _page(
        self, request: Request, table: str, where: str, args: list[Any], wanted: list[str]
    ) -> Response:
        size, offset = self._size(request), self._offset(request, table)
        way = "asc" if request.arg("sort_order", "desc") == "asc" else "desc"
        sort = SORTS.get(request.arg("sort_by", "id"), "id")
        rows = self.kept[table].rows(
            where, args, order=f"{sort} {way}, id", limit=size + 1, offset=offset
        )
        if not rows:
            return Response(304 if request.headers.get("If-Modified-Since") else 204)
        found = [_shown_fields(row, wanted) for row in rows[:size]]
        more, until = len(rows) > size, self.clock.now() + self._token_lifetime
        info = {
            "per_page": size,
            "count": len(found),
            "page": offset // size + 1,
            "sort_by": request.arg("sort_by", "id"),
            "sort_order": way,
            "more_records": more,
            "previous_page_token": None,
            "next_page_token": self._token(table, offset + size, until) if more else None,
            "page_token_expiry": self.stamp(millis(until)) if more else None,
        }
        return Response(200, {"data": self.shown(table, found), "info": info})

    def _size(self, request: Request) -> int:
        asked = request.arg("per_page", str(self._caps.rows))
        if not asked.isdigit() or int(asked) < 1:
            raise RefusedError("INVALID_DATA", param_name="per_page")
        return min(int(asked), self._caps.rows)

    def _offset(self, request: Request, table: str) -> int:
        size, token = self._size(request), request.arg("page_token")
        if token and request.arg("page"):
            raise RefusedError("AMBIGUITY_DURING_PROCESSING")
        if token:
            place = self._places.get(token)
            if place is None or place.table != table:
                raise RefusedError("INVALID_DATA", param_name="page_token")
            if place.until <= self.clock.now():
                raise RefusedError("EXPIRED_VALUE", param_name="page_token")
            if place.offset + size > self._caps.deepest:
                raise RefusedError("PAGINATION_LIMIT_EXCEEDED", limit=self._caps.deepest)
            return place.offset
        page = int(request.arg("page", "1"))
        if page * size > self._caps.discrete:
            raise RefusedError("DISCRETE_PAGINATION_LIMIT_EXCEEDED", limit=self._caps.discrete)
        return (page - 1) * size

    def _token(self, table: str, offset: int, until: datetime) -> str:
        token = letters("zoho page", f"{len(self._places)}", 40)
        self._places[token] = Place(table, offset, until)
        return token

    def _binned(self, row: Row) -> Body:
        body, by = row.json(), owner("")
        names = ("Full_Name", "Account_Name", "Deal_Name", "Subject")
        shown = next((body[name] for name in names if isinstance(body.get(name), str)), None)
        return {
            "deleted_by": {"name": by["name"], "id": by["id"]},
            "id": row.id,
            "display_name": shown,
            "type": row.extra["gone"],
            "created_by": {"name": by["name"], "id": by["id"]},
            "deleted_time": self.stamp(row.deleted_at or 0),
        }

    def _forget(self) -> None:
        self._places: dict[str, Place] = {}
        self._tokens = Tokens(lambda: self.clock.now(), self._lifetime)  # noqa: PLW0108 - the clock may be replaced


def _table(module: str) -> str:
    if module not in TABLES:
        raise RefusedError("INVALID_MODULE")
    return TABLES[module]


def _wanted(request: Request) -> list[str]:
    names = [name for name in request.arg("fields").split(",") if name]
    if not names:
        raise RefusedError("REQUIRED_PARAM_MISSING", param_name="fields")
    if len(names) > MOST_FIELDS:
        raise RefusedError("LIMIT_EXCEEDED", param_name="fields", limit=MOST_FIELDS)
    return names


def _since(request: Request) -> int | None:
    """Read If-Modified-Since. Whether the moment itself counts is not written down: here not."""
    asked = request.headers.get("If-Modified-Since")
    return millis(parse(asked)) if asked else None


def _shown_fields(row: Row, wanted: list[str]) -> Body:
    body = row.json()
    return {"id": body["id"], **{name: body[name] for name in wanted if name in body}}


def _error(status: int, code: str, message: str, **details: object) -> Response:
    body = {"code": code, "details": details, "message": message, "status": "error"}
    return Response(status, body)
