"""Chargebee's API over a site: key, limits, lists, single resources."""

import threading
from base64 import b64encode
from datetime import datetime
from typing import ClassVar

import orjson

from sandbox.chargebee import lists
from sandbox.chargebee.errors import RefusedError, error
from sandbox.chargebee.site import Site
from sandbox.chargebee.subscriptions import first_catalog
from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.limits import FixedWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row

SITE = "daybreak-test"
KEY = "test_" + letters("chargebee", "daybreak", 32)
BASIC = "Basic " + b64encode(f"{KEY}:".encode()).decode()


class Chargebee(Site):
    """Chargebee in miniature.

    Args:
        clock: The sandbox's.
        per_minute: Requests a minute: 150, 1,000 or 3,500 by plan, 150 for a test site.
        at_once: Requests answered at the same time; the figure is a guess.
        tells_wait: Whether a 429 has a Retry-After.
        offset_seconds: How long an offset is good for; None is for ever. How long it really is,
            nobody tells.
        catalog: Product Catalog of the site, 1 or 2.
        late_seconds: See `Site`.
        stamped_since: See `Site`.
    """

    name: ClassVar[str] = "chargebee"

    def __init__(  # noqa: PLR0913 - one argument for each way a site may be
        self,
        clock: Clock | None = None,
        *,
        per_minute: float = 150,
        at_once: int = 20,
        tells_wait: bool = False,
        offset_seconds: float | None = None,
        catalog: int = 2,
        late_seconds: float = 0,
        stamped_since: datetime | None = None,
    ) -> None:
        super().__init__(clock, late_seconds=late_seconds, stamped_since=stamped_since)
        self.limits["minute"] = FixedWindow(per_minute, 60, self.seconds)
        self._at_once = threading.BoundedSemaphore(at_once) if at_once else None
        self._tells_wait = tells_wait
        self._offset_seconds, self._catalog = offset_seconds, catalog

    def credentials(self) -> dict[str, str]:
        """Give the site, its key and its address."""
        return {
            "CHARGEBEE_SITE": SITE,
            "CHARGEBEE_API_KEY": KEY,
            "CHARGEBEE_BASE_URL": self.url,
        }

    def __call__(self, request: Request) -> Response:
        """Answer, unless too much is asked at once."""
        if self._at_once is None or not self._at_once.acquire(blocking=False):
            return self.refuse(429, "Sorry, too many requests at once")
        try:
            return super().__call__(request)
        except RefusedError as refused:
            return refused.response
        finally:
            self._at_once.release()

    def guard(self, request: Request) -> Response | None:
        """Check key and limit, and do what is due."""
        if request.headers.get("Authorization", "") != BASIC:
            return self.refuse(401)
        verdict = self.limits["minute"].take()
        if not verdict.allowed:
            return self.refuse(429, "", verdict.wait if self._tells_wait else None)
        self.end_due(self.millis())
        return None

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Chargebee's words."""
        refused = error(status, message)
        if retry_after is None:
            return refused
        return Response(status, refused.body, {"Retry-After": str(round(retry_after))})

    @route("GET", "/api/v2/{table}")
    def listed(self, request: Request, table: str) -> Response:
        """List resources, a page at a time."""
        if table not in lists.RESOURCES:
            return self.refuse(404)
        now, limit = self.millis(), lists.limit(request)
        found = lists.search(lists.RESOURCES[table], request, now)
        if request.arg("offset"):
            lists.go_on(found, request.arg("offset"), now, self._offset_seconds)
        rows = self.kept[table].rows(found.where, found.args, order=found.order, limit=limit + 1)
        page = rows[:limit]
        more = ""
        if len(rows) > limit:
            more = f',"next_offset":"{lists.next_offset(found, page[-1], now)}"'
        texts = self.shown(table, [self._text(table, row) for row in page])
        wrapped = ",".join(self._wrapped(table, text) for text in texts)
        return Response(200, f'{{"list":[{wrapped}]{more}}}')

    @route("GET", "/api/v2/{table}/{found}")
    def retrieve(self, _: Request, table: str, found: str) -> Response:
        """Give one resource; one that is deleted is not found."""
        row = self.kept[table].get(found) if table in lists.RESOURCES else None
        if row is None or row.deleted_at is not None:
            return self.refuse(404)
        return Response(200, self._wrapped(table, self._text(table, row)))

    @route("POST", "/api/v2/customers/{found}/clear_personal_data")
    def clear_personal_data(self, _: Request, found: str) -> Response:
        """Clear a customer of everything personal, for good."""
        if not self.clear(found, self.millis()):
            return self.refuse(404)
        row = self.kept["customers"].get(found)
        return Response(200, self._wrapped("customers", row.body if row else "{}"))

    def _text(self, table: str, row: Row) -> str:
        if table != "subscriptions" or self._catalog > 1:
            return row.body
        return orjson.dumps(first_catalog(row.json())).decode()

    def _wrapped(self, table: str, text: str) -> str:
        """Wrap a resource in its name; a subscription comes with its customer."""
        kind = lists.RESOURCES[table].kind
        if table != "subscriptions":
            return f'{{"{kind}":{text}}}'
        beside = self.kept["customers"].get(str(orjson.loads(text).get("customer_id")))
        return f'{{"{kind}":{text},"customer":{beside.body if beside else "{}"}}}'
