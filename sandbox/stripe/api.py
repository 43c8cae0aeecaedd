"""Stripe's API over an account: keys, limits, versions, lists, single objects."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import ClassVar

import orjson

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row
from sandbox.stripe.account import COLUMNS, Account
from sandbox.stripe.errors import RefusedError, bad, error, missing
from sandbox.stripe.events import KEPT_MS
from sandbox.stripe.lists import RESOURCES, Search, cut, page
from sandbox.stripe.parts import Body
from sandbox.stripe.search import SEARCHABLE, read
from sandbox.stripe.versions import CURRENT, aged, is_known, is_old

KEY = "sk_live_" + letters("stripe", "daybreak", 24)
EXPANDS = {
    "customer": "customers",
    "charge": "charges",
    "invoice": "invoices",
    "latest_invoice": "invoices",
    "product": "products",
    "subscription": "subscriptions",
}


class Stripe(Account):
    """Stripe in miniature.

    Args:
        clock: The sandbox's.
        per_second: Requests a second in all; 100 is a live account's, 25 a test account's.
        per_endpoint: Requests a second to one resource.
        event_delay: See `Account`.
        account_version: See `Account`.
        payments_inline: Whether an invoice shows its ``payments`` unasked. False wants
            ``expand[]=payments``, as Stripe's own example of an invoice suggests.
        searches: Searches a second.
        search_lag: Seconds until a new object is found by a search.
        exact_up_to: Totals of searches above this are not exact: here they stop there.
    """

    name: ClassVar[str] = "stripe"

    def __init__(  # noqa: PLR0913 - each is one way accounts differ
        self,
        clock: Clock | None = None,
        *,
        per_second: float = 100,
        per_endpoint: float = 25,
        event_delay: float = 0,
        account_version: str = CURRENT,
        payments_inline: bool = True,
        searches: float = 20,
        search_lag: float = 60,
        exact_up_to: int = 10_000,
    ) -> None:
        super().__init__(clock, event_delay=event_delay, account_version=account_version)
        self._payments_inline = payments_inline
        self._search_lag_ms, self._exact_up_to = round(search_lag * 1000), exact_up_to
        self.limits["search"] = RollingWindow(searches, 1, self.seconds)
        self.limits["global-rate"] = RollingWindow(per_second, 1, self.seconds)
        for name in RESOURCES:
            self.limits[name] = RollingWindow(per_endpoint, 1, self.seconds)

    def credentials(self) -> dict[str, str]:
        """Give the secret key and the address."""
        return {"STRIPE_API_KEY": KEY, "STRIPE_BASE_URL": self.url}

    def __call__(self, request: Request) -> Response:
        """Answer, and name the version and the request as Stripe does."""
        try:
            response = super().__call__(request)
        except RefusedError as refused:
            response = refused.response
        named = {"Stripe-Version": self._version(request), "Request-Id": self._request_id()}
        return Response(response.status, response.body, {**response.headers, **named})

    def guard(self, request: Request) -> Response | None:
        """Check key, version and limits, and end what is due."""
        refused = self._unknown(request) or self._unversioned(request) or self._throttled(request)
        if refused is None:
            self.end_due(self.millis())
        return refused

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Stripe's words."""
        said = {
            404: "Unrecognized request URL",
            405: "Method not allowed",
            429: "Too many requests",
        }
        code = "rate_limit" if status == 429 else ""  # noqa: PLR2004 - an HTTP status
        refused = error(status, message or said.get(status, "An error occurred"), code)
        if retry_after is None:
            return refused
        return Response(status, refused.body, {"Retry-After": str(round(retry_after))})

    @route("GET", "/v1/{resource}")
    def listed(self, request: Request, resource: str) -> Response:
        """List objects, newest first."""
        if resource not in RESOURCES:
            return self.refuse(404)
        narrowed = Search()
        if resource == "events":
            now = self.millis()
            narrowed.add("created_at > ? and visible_at <= ?", now - KEPT_MS, now)
        rows = page(RESOURCES[resource], self.kept[resource], request, narrowed)
        found, has_more = cut(request, rows)
        wanted = [name.removeprefix("data.") for name in request.query.get("expand[]", [])]
        texts = [self._text(request, resource, row, wanted) for row in found]
        return self._list(request, resource, texts, has_more=has_more)

    @route("GET", "/v1/{resource}/search")
    def search(self, request: Request, resource: str) -> Response:
        """Find objects by a query, newest first; their total if it is asked for."""
        if resource not in SEARCHABLE:
            return self.refuse(404)
        kept, asked = self.kept[resource], read(request.arg("query"), frozenset(COLUMNS[resource]))
        where = f"deleted_at is null and created_at <= ? and {asked.sql}"
        args = [self.millis() - self._search_lag_ms, *asked.args]
        limit = int(request.arg("limit", "10"))
        rows = kept.rows(where, args, order="created_at desc, id desc", limit=limit + 1)
        texts = self.shown(resource, [self._text(request, resource, r, []) for r in rows[:limit]])
        body = f'{{"object":"search_result","url":"{request.path}","next_page":null,'
        if "total_count" in request.query.get("expand[]", []):
            body += f'"total_count":{min(kept.count(where, args), self._exact_up_to)},'
        more = "true" if len(rows) > limit else "false"
        return Response(200, f'{body}"has_more":{more},"data":[{",".join(texts)}]}}')

    @route("GET", "/v1/{resource}/{found}")
    def retrieve(self, request: Request, resource: str, found: str) -> Response:
        """Give one object; of a deleted customer, a stub that says so, with 200."""
        if resource not in RESOURCES:
            return self.refuse(404)
        kind, row = RESOURCES[resource].kind, self.kept[resource].get(found)
        if row is None or (kind == "event" and not self._is_told(row)):
            raise missing(kind, found)
        if row.deleted_at is not None:
            return Response(200, {"id": found, "object": kind, "deleted": True})
        return Response(200, self._text(request, resource, row, request.query.get("expand[]", [])))

    @route("GET", "/v1/invoices/{found}/lines")
    def lines(self, request: Request, found: str) -> Response:
        """List the lines of an invoice."""
        row = self.kept["invoices"].get(found)
        if row is None:
            raise missing("invoice", found, "invoice")
        texts = [orjson.dumps(line).decode() for line in row.json()["lines"]["data"]]
        return self._list(request, f"invoices/{found}/lines", texts, has_more=False)

    def _list(
        self, request: Request, resource: str, texts: list[str], *, has_more: bool
    ) -> Response:
        shown = ",".join(self.shown(resource, texts))
        more = "true" if has_more else "false"
        start = f'{{"object":"list","url":"{request.path}","has_more":{more},"data":['
        return Response(200, f"{start}{shown}]}}")

    def _text(self, request: Request, resource: str, row: Row, expand: list[str]) -> str:
        """Give an object as it is stored, unless it is wanted otherwise."""
        is_cut = resource == "invoices" and not self._payments_inline
        is_aged = resource != "events" and is_old(self._version(request))
        if not (expand or is_aged or is_cut):
            return row.body
        body = row.json()
        for name in expand:
            self._expand(body, name)
        if is_cut and "payments" not in expand:
            del body["payments"]
        return orjson.dumps(aged(body) if is_aged else body).decode()

    def _expand(self, body: Body, name: str) -> None:
        if name == "payments" and name in body:
            return
        if name not in EXPANDS or name not in body:
            raise bad(f"This property cannot be expanded ({name}).", "parameter_invalid", "expand")
        row = self.kept[EXPANDS[name]].get(body[name]) if body[name] else None
        if row is not None:
            stub = {"id": row.id, "object": name, "deleted": True}
            body[name] = row.json() if row.deleted_at is None else stub

    def _is_told(self, row: Row) -> bool:
        now = self.millis()
        return row.created_at > now - KEPT_MS and row.extra["visible_at"] <= now

    def _version(self, request: Request) -> str:
        asked: str = request.headers.get("Stripe-Version", "")
        return asked if is_known(asked) else self.account_version

    def _unversioned(self, request: Request) -> Response | None:
        asked = request.headers.get("Stripe-Version", "")
        if not asked or is_known(asked):
            return None
        return error(400, f"Invalid Stripe API version: {asked}")

    def _unknown(self, request: Request) -> Response | None:
        given = _key(request.headers.get("Authorization", ""))
        if given == KEY:
            return None
        said = "You did not provide an API key." if not given else "Invalid API Key provided: "
        masked = f"{given[:8]}{'*' * 12}{given[-4:]}" if given else ""
        return Response(401, error(401, said + masked).body, {"WWW-Authenticate": "Bearer"})

    def _throttled(self, request: Request) -> Response | None:
        resource = re.sub(r"^/v1/([^/]*).*$", r"\1", request.path)
        own = "search" if request.path.endswith("/search") else resource
        for name, reason in (("global-rate", "global-rate"), (own, "endpoint-rate")):
            limit = self.limits.get(name)
            if limit is not None and not limit.take().allowed:
                refused = self.refuse(429)
                return Response(429, refused.body, {"Stripe-Rate-Limited-Reason": reason})
        return None

    def _request_id(self) -> str:
        return "req_" + letters("request", str(self.store.tick()), 14)


def _key(header: str) -> str:
    """Give the key of a Bearer header, or the user name of a Basic one."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(rest, validate=True).decode().partition(":")[0]
    except (Base64Error, UnicodeDecodeError):
        return ""
