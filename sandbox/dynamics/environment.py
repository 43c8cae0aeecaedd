"""The Web API over the books: tokens, limits, queries, deltas."""

import math
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from sandbox.clock import Clock
from sandbox.dynamics.books import Books
from sandbox.dynamics.odata import Asked, BadRequestError, read
from sandbox.dynamics.records import KEYS, LABELS, LOGICAL, LOOKUPS, Body
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT_ID = "66666666-7777-4888-8999-000000000000"
CLIENT_SECRET = letters("dynamics client secret", "daybreak", 40)
ROOT = "/api/data/v9.2"
THERE = "(deleted_at is null or merged_into is not null)"
LARGEST_PAGE = 5_000
WINDOW_SECONDS = 300
UNTRACKABLE = ("$filter", "$orderby", "$top", "$expand")
FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
PAGES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Walk:
    """An answer under way: the rows it is of, and where its changes go on from."""

    table: str
    ids: list[str]
    asked: Asked
    link: str = ""
    is_delta: bool = False


class Dynamics(Books):
    """Dynamics 365 in miniature.

    Args:
        clock: The sandbox's.
        per_window: Requests in five minutes.
        token_life: How long an access token is good.
        page_size: Rows a page at most, whatever a client asks for.
        delta_days: How long a delta token is good (ExpireChangeTrackingInDays).
        refuses_expired: Whether an expired token is refused, instead of answered with everything
            and no deletions: documents say the one and the other.
        count_ends_at: Where counting ends.
        untracked: Tables without change tracking.
    """

    name: ClassVar[str] = "dynamics"

    def __init__(  # noqa: PLR0913 - each is a figure of the vendor's
        self,
        clock: Clock | None = None,
        *,
        per_window: float = 6_000,
        token_life: timedelta = timedelta(seconds=3599),
        page_size: int = LARGEST_PAGE,
        delta_days: float = 7,
        refuses_expired: bool = False,
        count_ends_at: int = 5_000,
        untracked: tuple[str, ...] = (),
    ) -> None:
        super().__init__(clock)
        self._life, self._page, self._count_end = token_life, page_size, count_ends_at
        self._delta, self._refuses = timedelta(days=delta_days), refuses_expired
        self._untracked = frozenset(untracked)
        self.limits["requests"] = RollingWindow(per_window, WINDOW_SECONDS, self.seconds, told=True)
        self._tokens: dict[str, datetime] = {}
        self._made = 0
        self._walks: OrderedDict[str, Walk] = OrderedDict()

    def credentials(self) -> dict[str, str]:
        """Give the environment of an application user."""
        return {
            "DYNAMICS_BASE_URL": self.url,
            "DYNAMICS_LOGIN_URL": self.url,
            "DYNAMICS_TENANT_ID": TENANT,
            "DYNAMICS_CLIENT_ID": CLIENT_ID,
            "DYNAMICS_CLIENT_SECRET": CLIENT_SECRET,
        }

    def expire_tokens(self) -> None:
        """Make every token worthless."""
        self._tokens.clear()

    def reset(self) -> None:
        """Forget every row, token and page."""
        super().reset()
        self._tokens.clear()
        self._walks.clear()

    def __call__(self, request: Request) -> Response:
        """Check token and limit, then answer."""
        if request.path.endswith("/oauth2/v2.0/token"):
            return super().__call__(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self._tokens or self.clock.now() >= self._tokens[token]:
            return self.refuse(401, "Access token validation failure")
        verdict = self.limits["requests"].take()
        if not verdict.allowed:
            said = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
            return self.refuse(429, said, max(verdict.wait, 1))
        left = {"x-ms-ratelimit-burst-remaining-xrm-requests": f"{verdict.remaining:.0f}"}
        try:
            response = super().__call__(request)
        except BadRequestError as bad:
            response = self.refuse(400, str(bad))
        return replace(response, headers={**response.headers, **left})

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Dataverse's words."""
        codes = {400: "0x80048d19", 401: "0x80041d00", 404: "0x80040217", 429: "0x80072322"}
        error = {"code": codes.get(status, "0x80040216"), "message": message or "Not possible"}
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        return Response(status, {"error": error}, headers)

    @route("POST", "/{tenant}/oauth2/v2.0/token")
    def token(self, request: Request, tenant: str) -> Response:
        """Give an access token for client credentials."""
        form = request.form()
        if tenant != TENANT or form.get("grant_type") != "client_credentials":
            return _oauth_error(400, "invalid_request")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _oauth_error(401, "invalid_client")
        if form.get("scope") != f"{request.base}/.default":
            return _oauth_error(400, "invalid_scope")
        self._made += 1
        access = letters("dynamics access", str(self._made), 40)
        self._tokens[access] = self.clock.now() + self._life
        seconds = round(self._life.total_seconds())
        found = {"token_type": "Bearer", "expires_in": seconds, "access_token": access}
        return Response(200, {**found, "ext_expires_in": seconds})

    @route("GET", ROOT + "/WhoAmI")
    def who_am_i(self, _: Request) -> Response:
        """Say who asks."""
        return Response(200, {"UserId": CLIENT_ID, "OrganizationId": TENANT})

    @route("GET", ROOT + "/{table}")
    def query(self, request: Request, table: str) -> Response:
        """Answer a query, the next page of one, or what changed since a delta token."""
        if "(" in table:
            return self._one(request, table)
        if table not in KEYS:
            return self.refuse(404, f"Resource not found for the segment '{table}'.")
        if "$skiptoken" in request.query:
            return self._page_of(request, request.arg("$skiptoken"))
        if "$deltatoken" in request.query:
            return self._changes(request, table)
        if "odata.track-changes" in request.headers.get("Prefer", ""):
            return self._tracked(request, table)
        asked = read(request, table)
        return self._begin(request, Walk(table, self._ids(table, asked), asked))

    def _one(self, request: Request, path: str) -> Response:
        table, _, own = path.removesuffix(")").partition("(")
        row = self.kept[table].get(own) if table in KEYS else None
        if row is None or (row.deleted_at is not None and row.merged_into is None):
            return self.refuse(404, f"{LOGICAL.get(table, table)} With Id = {own} Does Not Exist")
        return Response(200, self._shown_row(request, table, row, []))

    def _tracked(self, request: Request, table: str) -> Response:
        if any(name in request.query for name in UNTRACKABLE):
            return self.refuse(400, "$filter, $orderby, $top, $expand: not with change tracking")
        if table in self._untracked:
            said = f"Entity '{LOGICAL[table]}' does not have change tracking enabled."
            return self.refuse(400, said)
        asked = read(request, table)
        return self._begin(request, Walk(table, self._ids(table, asked), asked, self._link(table)))

    def _changes(self, request: Request, table: str) -> Response:
        seq, _, when = request.arg("$deltatoken").partition("!")
        try:
            given, since = datetime.strptime(f"{when} +0000", "%m/%d/%Y %H:%M:%S %z"), int(seq)
        except ValueError:
            return self.refuse(400, "The delta token is malformed.")
        asked, link = read(request, table), self._link(table)
        if self.clock.now() - given > self._delta:
            if self._refuses:
                return self.refuse(410, "The delta token has expired. Start over.")
            return self._begin(request, Walk(table, self._ids(table, asked), asked, link))
        rows = self.kept[table].rows("seq > ?", (since,), order="seq")
        ids = [str(row.id) for row in rows]
        return self._begin(request, Walk(table, ids, asked, link, is_delta=True))

    def _link(self, table: str) -> str:
        """Give the token of this moment: what is written from now on comes after it."""
        when = self.clock.now().strftime("%m/%d/%Y %H:%M:%S")
        token = quote(f"{self.store.tick()}!{when}", safe="")
        return f"{ROOT}/{table}?$deltatoken={token}"

    def _ids(self, table: str, asked: Asked) -> list[str]:
        where = f"{THERE} and {asked.where}"
        limit = -1 if asked.top is None else asked.top
        rows = self.kept[table].rows(where, asked.args, order=asked.order, limit=limit)
        return [str(row.id) for row in rows]

    def _begin(self, request: Request, walk: Walk) -> Response:
        own = letters("dynamics page", str(self.store.tick()), 20)
        self._walks[own] = walk
        if len(self._walks) > PAGES_KEPT:
            self._walks.popitem(last=False)
        return self._page_of(request, f"{own}-0")

    def _page_of(self, request: Request, cookie: str) -> Response:
        own, _, start = cookie.partition("-")
        walk = self._walks.get(own)
        if walk is None:
            return self.refuse(400, "The paging cookie is not valid.")
        size, begin = self._size(request), int(start or 0)
        rows, gone = self._rows(walk, walk.ids[begin : begin + size])
        found = [self._shown_row(request, walk.table, row, walk.asked.select) for row in rows]
        context = f"{request.base}{ROOT}/$metadata#{walk.table}"
        body: Body = {"@odata.context": f"{context}/$delta" if walk.is_delta else context}
        if walk.asked.counts:
            found_in_all = self.kept[walk.table].count(
                f"{THERE} and {walk.asked.where}", walk.asked.args
            )
            body["@odata.count"] = min(found_in_all, self._count_end)
        ends = [
            {"@odata.context": f"{context}/$deletedEntity", "id": one, "reason": "deleted"}
            for one in gone
        ]
        body["value"] = [*self.shown(walk.table, found), *ends]
        if begin + size < len(walk.ids):
            path = f"{request.base}{ROOT}/{walk.table}"
            body["@odata.nextLink"] = f"{path}?$skiptoken={own}-{begin + size}"
        elif walk.link:
            body["@odata.deltaLink"] = f"{request.base}{walk.link}"
        return Response(200, body)

    def _rows(self, walk: Walk, ids: list[str]) -> tuple[list[Row], list[str]]:
        """Give the rows of a page as they are now, and in a delta the ids of those deleted."""
        rows = [row for row in (self.kept[walk.table].get(own) for own in ids) if row is not None]
        there = [r for r in rows if r.deleted_at is None or r.merged_into is not None]
        alive = {row.id for row in there}
        gone = [str(row.id) for row in rows if row.id not in alive] if walk.is_delta else []
        return there, gone

    def _size(self, request: Request) -> int:
        prefer = request.headers.get("Prefer", "")
        asked = prefer.partition("odata.maxpagesize=")[2].partition(",")[0].strip()
        return min(int(asked) if asked.isdigit() else LARGEST_PAGE, self._page)

    def _shown_row(self, request: Request, table: str, row: Row, select: list[str]) -> Body:
        body = {**row.json(), "versionnumber": row.seq}
        if select:
            body = {name: value for name, value in body.items() if name in {*select, KEYS[table]}}
        notes: Body = {"@odata.etag": f'W/"{row.seq}"'}
        prefer = request.headers.get("Prefer", "")
        if FORMATTED in prefer or "odata.include-annotations=*" in prefer:
            for name, labels in LABELS[table].items():
                if body.get(name) in labels:
                    notes[f"{name}@{FORMATTED}"] = labels[body[name]]
            notes |= self._owner_named(body)
        if LOGICAL_NAME in prefer or "odata.include-annotations=*" in prefer:
            for name, value in body.items():
                if value is not None and name.startswith("_"):
                    notes[f"{name}@{LOGICAL_NAME}"] = self._pointed_at(name, value)
        return {**notes, **body}

    def _owner_named(self, body: Body) -> Body:
        row = self.kept["systemusers"].get(body.get("_ownerid_value", ""))
        return {f"_ownerid_value@{FORMATTED}": row.json()["fullname"]} if row else {}

    def _pointed_at(self, name: str, value: Any) -> str:  # noqa: ANN401 - of a body
        table = LOOKUPS.get(name) or (
            "contacts" if self.kept["contacts"].get(value) else "accounts"
        )
        return LOGICAL[table]


def _oauth_error(status: int, error: str) -> Response:
    return Response(status, {"error": error, "error_description": f"AADSTS900: {error}"})
