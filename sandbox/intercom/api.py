"""Intercom's API over an inbox: token, limits, lists, searches, the scroll, single records."""

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import orjson

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.intercom.bodies import ADMIN, WORKSPACE, cut
from sandbox.intercom.desk import Desk
from sandbox.intercom.scroll import Scroll
from sandbox.intercom.search import BadQueryError, condition
from sandbox.limits import FixedWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row

TOKEN = letters("intercom access token", "daybreak", 40)
VERSIONS = frozenset({"", *(f"2.{minor}" for minor in range(16))})
WINDOW_SECONDS = 10
SIZES = {"contacts": 50, "conversations": 20}
MOST = 150
COMPANIES_MOST = 60
DEEPEST_COMPANY = 10_000
BAD, NOT_FOUND = 400, 404
KINDS = {"contacts": "list", "conversations": "conversation.list", "companies": "list"}
NAMES = {"contacts": "data", "conversations": "conversations", "companies": "data"}


class RefusedError(Exception):
    """A request Intercom does not take."""

    def __init__(self, code: str, message: str, status: int = BAD) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


class Intercom(Desk):
    """Intercom in miniature.

    Args:
        clock: The sandbox's.
        per_minute: Calls a minute, dealt out in windows of ten seconds.
        zone: The workspace's time zone, in which a contact search reckons days.
        index_lag: How long a new contact is missing from searches.
        most_per_page: Records a page at most.
        most_parts: Parts of a conversation at most; the oldest are left out.
        scroll_seconds: How long an unused scroll is kept.
    """

    name: ClassVar[str] = "intercom"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        per_minute: float = 10_000,
        zone: str = "America/New_York",
        index_lag: timedelta = timedelta(minutes=2),
        most_per_page: int = MOST,
        most_parts: int = 500,
        scroll_seconds: float = 60,
    ) -> None:
        super().__init__(clock)
        self._zone, self._lag = ZoneInfo(zone), index_lag
        self._most_per_page, self._most_parts = most_per_page, most_parts
        self._scroll = Scroll(self.seconds, scroll_seconds)
        self.limits["app"] = FixedWindow(per_minute / 6, WINDOW_SECONDS, self.seconds, told=True)

    def credentials(self) -> dict[str, str]:
        """Give the environment of the one token there is."""
        return {"INTERCOM_ACCESS_TOKEN": TOKEN, "INTERCOM_BASE_URL": self.url}

    def reset(self) -> None:
        """Forget every record, and the scroll."""
        super().reset()
        self._scroll.end()

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Intercom's words."""
        codes = {401: "unauthorized", 404: "not_found", 429: "rate_limit_exceeded"}
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        return self._said(status, codes.get(status, "server_error"), message or "No", headers)

    def _said(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> Response:
        told = {"code": code, "message": message}
        request_id = str(uuid5(NAMESPACE_URL, f"{status}:{code}:{message}"))
        body = {"type": "error.list", "request_id": request_id, "errors": [told]}
        return Response(status, body, headers or {})

    def __call__(self, request: Request) -> Response:
        """Check token, version and limit, then answer."""
        if request.headers.get("Authorization", "") != f"Bearer {TOKEN}":
            return self.refuse(401, "Access Token Invalid")
        if request.headers.get("Intercom-Version", "") not in VERSIONS:
            return self._said(BAD, "intercom_version_invalid", "The version is invalid")
        verdict = self.limits["app"].take()
        left = {
            "X-RateLimit-Limit": str(int(verdict.limit)),
            "X-RateLimit-Remaining": str(int(verdict.remaining)),
            "X-RateLimit-Reset": str(math.ceil(self.millis() / 1000 + verdict.reset)),
        }
        response = self._answered(request) if verdict.allowed else self.refuse(429, "Slow down")
        return replace(response, headers={**response.headers, **left})

    def _answered(self, request: Request) -> Response:
        try:
            return super().__call__(request)
        except BadQueryError as refused:
            return self._said(BAD, "parameter_invalid", str(refused))
        except RefusedError as refused:
            return self._said(refused.status, refused.code, refused.message)

    @route("GET", "/contacts")
    @route("GET", "/conversations")
    def listed(self, request: Request) -> Response:
        """List what there is, in order of its creation."""
        table = request.path.strip("/")
        size = self._size(table, request.arg("per_page"))
        after = request.arg("starting_after")
        return self._page(table, size, after, "1", [], ("created_at", "asc"))

    @route("POST", "/contacts/search")
    @route("POST", "/conversations/search")
    def searched(self, request: Request) -> Response:
        """Search; contacts by whole days, and not yet those that are new."""
        table = request.path.split("/")[1]
        asked = _asked(request)
        contacts = table == "contacts"
        where, args = condition(asked.get("query"), self._zone if contacts else None)
        if contacts:
            where = f"({where}) and created_at <= ?"
            args = [*args, self.millis() - round(self._lag.total_seconds() * 1000)]
        paging = asked.get("pagination") or {}
        size = self._size(table, str(paging.get("per_page", "")))
        after = str(paging.get("starting_after") or "")
        return self._page(table, size, after, where, args, _order(asked.get("sort") or {}))

    @route("GET", "/contacts/{found}")
    @route("GET", "/companies/{found}")
    def show(self, request: Request, found: str) -> Response:
        """Give one record."""
        table = request.path.split("/")[1]
        return Response(200, self._text(table, self._live(table, found)))

    @route("GET", "/contacts/{found}/companies")
    def companies_of(self, request: Request, found: str) -> Response:
        """List all companies of a contact, a page at a time, by the address of the next page."""
        links = self._live("contacts", found).json()["companies"]["data"]
        rows = [self.kept["companies"].get(link["id"]) for link in links]
        live = [row.json() for row in rows if row is not None and row.deleted_at is None]
        page, size = _natural(request, "page", 1), _natural(request, "per_page", MOST)
        size = min(size, self._most_per_page)
        count = math.ceil(len(live) / size)
        base = f"{request.base}{request.path}?per_page={size}&page={page + 1}"
        more = base if page < count else None
        pages = {"type": "pages", "page": page, "next": more, "per_page": size}
        shown = live[(page - 1) * size : page * size]
        body = {"type": "list", "companies": shown, "total_count": len(live)}
        return Response(200, {**body, "pages": {**pages, "total_pages": count}})

    @route("GET", "/contacts/{found}/tags")
    def tags_of(self, _: Request, found: str) -> Response:
        """List all tags of a contact."""
        links = self._live("contacts", found).json()["tags"]["data"]
        rows = [self.kept["tags"].get(link["id"]) for link in links]
        return Response(200, {"type": "list", "data": [row.json() for row in rows if row]})

    @route("GET", "/conversations/{found}")
    def conversation(self, _: Request, found: str) -> Response:
        """Give a conversation with its parts, the newest of them if there are too many."""
        row = self._live("conversations", found)
        where = "conversation = ? and deleted_at is null"
        parts = self.kept["conversation_parts"]
        count = parts.count(where, (row.id,))
        order = "created_at desc, seq desc"
        shown = parts.rows(where, (row.id,), order=order, limit=self._most_parts)[::-1]
        texts = self.shown("conversation_parts", [one.body for one in shown])
        body = orjson.loads((self.shown("conversations", [row.body]) or [row.body])[0])
        body["conversation_parts"] = {
            "type": "conversation_part.list",
            "conversation_parts": [orjson.loads(text) for text in texts],
            "total_count": count,
        }
        return Response(200, body)

    @route("GET", "/companies/scroll")
    def scroll(self, request: Request) -> Response:
        """Give the next page of the one scroll there can be."""
        given = request.arg("scroll_param")
        if not given and self._scroll.is_going:
            raise RefusedError("scroll_exists", "scroll already exists for this workspace")
        after = self._scroll.go_on(given) if given else self._scroll.start()
        if after is None:
            raise RefusedError("not_found", "scroll parameter not found", NOT_FOUND)
        size = min(100, self._most_per_page)
        rows = self.kept["companies"].rows("deleted_at is null and id > ?", (after,), limit=size)
        if rows:
            self._scroll.reach(str(rows[-1].id))
        else:
            self._scroll.end()
        texts = self.shown("companies", [row.body for row in rows])
        rest = f'"total_count":null,"scroll_param":"{self._scroll.name}"'
        return Response(200, f'{{"type":"list","data":[{",".join(texts)}],{rest}}}')

    @route("POST", "/companies/list")
    def companies(self, request: Request) -> Response:
        """List companies by page number, as far as the ten thousandth."""
        page = _natural(request, "page", 1)
        size = min(_natural(request, "per_page", 15), COMPANIES_MOST, self._most_per_page)
        if page * size > DEEPEST_COMPANY:
            said = "page limit reached, please use the scroll API"
            raise RefusedError("page_limit_reached", said)
        kept = self.kept["companies"]
        rows = kept.rows(
            "deleted_at is null", order="updated_at desc, id", limit=size, offset=(page - 1) * size
        )
        count = kept.count()
        pages = {"type": "pages", "page": page, "per_page": size}
        pages["total_pages"] = math.ceil(count / size)
        texts = self.shown("companies", [row.body for row in rows])
        rest = f'"total_count":{count},"pages":{orjson.dumps(pages).decode()}'
        return Response(200, f'{{"type":"list","data":[{",".join(texts)}],{rest}}}')

    @route("GET", "/tags")
    def tags(self, _: Request) -> Response:
        """List every tag."""
        rows = self.kept["tags"].rows("deleted_at is null")
        texts = self.shown("tags", [row.body for row in rows])
        return Response(200, f'{{"type":"list","data":[{",".join(texts)}]}}')

    @route("GET", "/admins")
    def admins(self, _: Request) -> Response:
        """List every admin; there are no pages."""
        rows = self.kept["admins"].rows("deleted_at is null")
        texts = self.shown("admins", [row.body for row in rows])
        return Response(200, f'{{"type":"admin.list","admins":[{",".join(texts)}]}}')

    @route("GET", "/me")
    def me(self, _: Request) -> Response:
        """Give the admin whose token this is, and the workspace."""
        app: dict[str, Any] = {
            "type": "app",
            "id_code": WORKSPACE,
            "name": WORKSPACE,
            "region": "US",
        }
        app |= {"timezone": str(self._zone), "created_at": 0, "identity_verification": False}
        return Response(200, {"type": "admin", "id": ADMIN, "name": "Dawn", "app": app})

    def _page(
        self,
        table: str,
        size: int,
        after: str,
        where: str,
        args: Sequence[Any],
        order: tuple[str, str],
    ) -> Response:
        by, way = order
        where, values = f"({where}) and deleted_at is null", [*args]
        kept = self.kept[table]
        count = kept.count(where, values)
        if after:
            sign = ">" if way == "asc" else "<"
            where, values = f"{where} and ({by}, id) {sign} (?, ?)", [*values, *_place(after)]
        rows = kept.rows(where, values, order=f"{by} {way}, id {way}", limit=size + 1)
        pages: dict[str, Any] = {"type": "pages", "page": 1, "per_page": size}
        pages["total_pages"] = math.ceil(count / size)
        if len(rows) > size:
            last = rows[size - 1]
            token = _token(last.updated_at if by == "updated_at" else last.created_at, last.id)
            pages["next"] = {"per_page": size, "starting_after": token}
        texts = self.shown(table, [self._text(table, row) for row in rows[:size]])
        rest = f'"total_count":{count},"pages":{orjson.dumps(pages).decode()}'
        body = f'{{"type":"{KINDS[table]}","{NAMES[table]}":[{",".join(texts)}],{rest}}}'
        return Response(200, body)

    def _text(self, table: str, row: Row) -> str:
        if table == "contacts" and '"has_more":true' in row.body:
            return orjson.dumps(cut(row.json())).decode()
        return row.body

    def _live(self, table: str, found: str) -> Row:
        row = self.kept[table].get(found)
        if row is None or row.deleted_at is not None:
            raise RefusedError("not_found", f"{table} not found", NOT_FOUND)
        return row

    def _size(self, table: str, asked: str) -> int:
        if asked and not (asked.isdigit() and 1 <= int(asked) <= MOST):
            raise RefusedError("parameter_invalid", f"per_page must be from 1 to {MOST}")
        return min(int(asked or SIZES[table]), self._most_per_page)


def _order(sort: dict[str, Any]) -> tuple[str, str]:
    by = sort.get("field", "created_at")
    if by not in {"created_at", "updated_at"}:
        raise RefusedError("parameter_invalid", f"cannot sort by {by}")
    return by, "asc" if sort.get("order") == "ascending" else "desc"


def _asked(request: Request) -> dict[str, Any]:
    try:
        asked = request.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise RefusedError("parameter_invalid", "the body is no object")
    return asked


def _natural(request: Request, name: str, default: int) -> int:
    text = request.arg(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise RefusedError("parameter_invalid", f"{name} must be a positive integer")
    return int(text)


def _token(at: int, record_id: Any) -> str:  # noqa: ANN401 - an id of the store
    return urlsafe_b64encode(orjson.dumps([at, record_id])).decode()


def _place(token: str) -> list[Any]:
    try:
        found = orjson.loads(urlsafe_b64decode(token))
    except (Base64Error, ValueError):
        found = None
    if not isinstance(found, list):
        raise RefusedError("parameter_invalid", "starting_after is none of ours")
    return found
