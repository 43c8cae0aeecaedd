"""Klaviyo's API over an account: keys, revisions, limits per endpoint, lists, single records."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import orjson

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.klaviyo.mail import Mail
from sandbox.klaviyo.parts import Body, stamp
from sandbox.klaviyo.people import LIVE
from sandbox.klaviyo.reading import AskedWrongError, Endpoint, condition, links, only, page, terms
from sandbox.limits import FixedWindow
from sandbox.names import letters, number
from sandbox.routing import route
from sandbox.store import Collection, Row

KEY = "pk_" + letters("klaviyo key", "daybreak", 34)
REVISION = re.compile(r"20\d\d-\d\d-\d\d(\.\w+)?")
AFTER, BEFORE = ("greater-than", "greater-or-equal"), ("less-than", "less-or-equal")
STAMPED = {"created": "created_at", "updated": "updated_at"}
LIMITS: Mapping[str, tuple[float, float]] = {
    "profiles": (75, 750),
    "events": (350, 3_500),
    "lists": (75, 750),
    "segments": (75, 750),
    "campaigns": (10, 150),
    "metrics": (10, 150),
    "accounts": (1, 15),
}
PROFILES = Endpoint(
    20,
    100,
    {"id": "id", **STAMPED},
    {"id": ("any", "equals"), **dict.fromkeys(STAMPED, ("greater-than", "less-than"))},
    {"id": "id", **STAMPED},
)
MEMBERS = Endpoint(
    20,
    100,
    {"joined_group_at": "created_at"},
    {"joined_group_at": (*AFTER, *BEFORE)},
    {"joined_group_at": "created_at"},
)
LISTS = Endpoint(10, 10, {"id": "id", **STAMPED})
METRICS = Endpoint(200, 200, {"id": "id"})
CAMPAIGNS = Endpoint(
    100,
    100,
    {"created_at": "created_at", "updated_at": "updated_at", "id": "id"},
    {"messages.channel": ("equals",), "archived": ("equals",)},
    {"messages.channel": "channel", "archived": "archived"},
)
EVENTS = Endpoint(
    200,
    200,
    {"-datetime": "created_at", "datetime": "created_at", "timestamp": "created_at"},
    {"datetime": (*AFTER, *BEFORE), "metric_id": ("equals",)},
    {"datetime": "created_at", "metric_id": "metric"},
)
TITLES = {
    400: ("invalid", "Invalid input."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "You do not have permission to perform this action."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "Method not allowed."),
    429: ("throttled", "Request was throttled."),
}


class Klaviyo(Mail):
    """Klaviyo in miniature.

    Args:
        clock: The sandbox's.
        limits: Endpoint -> requests in a second and in a minute, where they are others.
        disorder: Whether the rows of a page come backwards.
        merges_resolve: Whether the id of a merged profile leads to the winner.
        options: See `Mail` and `People`.
    """

    name: ClassVar[str] = "klaviyo"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        limits: Mapping[str, tuple[float, float]] | None = None,
        disorder: bool = False,
        merges_resolve: bool = False,
        **options: bool,
    ) -> None:
        super().__init__(clock, **options)
        self._disorder, self._resolve = disorder, merges_resolve
        for name, (burst, steady) in {**LIMITS, **(limits or {})}.items():
            self.limits[f"{name} burst"] = FixedWindow(burst, 1, self.seconds)
            self.limits[f"{name} steady"] = FixedWindow(steady, 60, self.seconds, told=True)

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs."""
        return {"KLAVIYO_API_KEY": KEY, "KLAVIYO_BASE_URL": self.url}

    def __call__(self, request: Request) -> Response:
        """Check key, revision and limits, then answer; a path may end in a slash."""
        asked = replace(request, path=request.path.rstrip("/"))
        refused = self._unknown(asked)
        if refused is not None:
            return refused
        name = asked.path.split("/", 3)[2] if asked.path.startswith("/api/") else ""
        burst, steady = self._take(name, "burst"), self._take(name, "steady")
        if not (burst.allowed and steady.allowed):
            return self.refuse(429, "", max(burst.wait, steady.wait, 1))
        answer = self._answered(asked)
        left = {
            "RateLimit-Limit": str(round(steady.limit)),
            "RateLimit-Remaining": str(round(steady.remaining)),
            "RateLimit-Reset": str(math.ceil(steady.reset)),
        }
        kind = {"Content-Type": "application/vnd.api+json"}
        return replace(answer, headers={**kind, **answer.headers, **left})

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in the form of JSON:API."""
        return self._error(status, message, {}, retry_after)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what there is; memberships are ``list:profile``."""
        found = super().truth(table)
        return {name: rows for name, rows in found.items() if name not in {"people", "addresses"}}

    @route("GET", "/api/accounts")
    def accounts(self, request: Request) -> Response:
        """Say whose account this is."""
        attributes = {"test_account": True, "public_api_key": "DAYBRK", "locale": "en-GB"}
        body = {"type": "account", "id": "DAYBRK", "attributes": attributes}
        return self._listed(request, [orjson.dumps(body).decode()], None)

    @route("GET", "/api/profiles")
    def list_profiles(self, request: Request) -> Response:
        """List profiles."""
        rows, cursor = self._found(request, self.profiles, PROFILES)
        shown = [self._profile(request, row) for row in rows]
        return self._listed(request, self._page("profiles", shown), cursor)

    @route("GET", "/api/profiles/{found}")
    def one_profile(self, request: Request, found: str) -> Response:
        """Give one profile."""
        row = self.profiles.get(found)
        if row is not None and row.merged_into is not None and self._resolve:
            row = self.profiles.get(row.merged_into)
        if row is None or row.deleted_at is not None:
            return self.refuse(404, f"A profile with id {found} does not exist.")
        return Response(200, {"data": self._profile(request, row)})

    @route("GET", "/api/lists")
    @route("GET", "/api/segments")
    def groups(self, request: Request) -> Response:
        """List lists, or segments."""
        name = request.path.split("/")[2]
        kept = self.lists if name == "lists" else self.segments
        rows, cursor = self._found(request, kept, LISTS)
        return self._listed(request, self._page(name, [row.json() for row in rows]), cursor)

    @route("GET", "/api/lists/{found}")
    @route("GET", "/api/segments/{found}")
    @route("GET", "/api/campaigns/{found}")
    def one(self, request: Request, found: str) -> Response:
        """Give one list, segment or campaign."""
        name = request.path.split("/")[2]
        row = self.store.collections[name].get(found)
        if row is None or row.deleted_at is not None:
            return self.refuse(404, f"A {name[:-1]} with id {found} does not exist.")
        return Response(200, {"data": row.json()})

    @route("GET", "/api/lists/{found}/profiles")
    @route("GET", "/api/segments/{found}/profiles")
    def list_members(self, request: Request, found: str) -> Response:
        """List who is on a list or in a segment, with when they came."""
        name = request.path.split("/")[2]
        group = self.store.collections[name].get(found)
        if group is None or group.deleted_at is not None:
            return self.refuse(404, f"A {name[:-1]} with id {found} does not exist.")
        kept = self.members[name[:-1]]
        where, args = condition(terms(request, MEMBERS), MEMBERS)
        own = f"{LIVE} and listed = ? and {where}"
        rows, cursor = page(request, kept, MEMBERS, own, [found, *args])
        shown = [self._member(request, row) for row in rows]
        return self._listed(request, self._page(f"{name[:-1]}_profiles", shown), cursor)

    @route("GET", "/api/metrics")
    def list_metrics(self, request: Request) -> Response:
        """List metrics; the size of a page cannot be chosen."""
        if "page[size]" in request.query:
            raise AskedWrongError("page_size", "'page_size' is not a valid field.")
        rows, cursor = self._found(request, self.metrics, METRICS)
        return self._listed(request, self._page("metrics", [row.json() for row in rows]), cursor)

    @route("GET", "/api/campaigns")
    def list_campaigns(self, request: Request) -> Response:
        """List the campaigns of one channel; archived ones only when asked for."""
        asked = terms(request, CAMPAIGNS)
        if "messages.channel" not in asked:
            said = "A channel filter is required to list campaigns."
            raise AskedWrongError("filter", said)
        asked.setdefault("archived", [("equals", 0)])
        where, args = condition(asked, CAMPAIGNS)
        rows, cursor = page(request, self.campaigns, CAMPAIGNS, f"{LIVE} and {where}", args)
        return self._listed(request, self._page("campaigns", [row.json() for row in rows]), cursor)

    @route("GET", "/api/events")
    def list_events(self, request: Request) -> Response:
        """List events, newest first unless asked otherwise, perhaps with their metrics."""
        rows, cursor = self._found(request, self.events, EVENTS)
        beside: list[Body] = []
        if "metric" in request.arg("include").split(","):
            named = {str(row.extra["metric"]) for row in rows}
            found = [self.metrics.get(one) for one in sorted(named)]
            beside = [only(request, "metric", row.json()) for row in found if row is not None]
        texts = self._page("events", [row.json() for row in rows])
        return self._listed(request, texts, cursor, beside)

    def _found(
        self, request: Request, kept: Collection, endpoint: Endpoint
    ) -> tuple[list[Row], str | None]:
        where, args = condition(terms(request, endpoint), endpoint)
        return page(request, kept, endpoint, f"{LIVE} and {where}", args)

    def _page(self, table: str, bodies: list[Body]) -> list[str]:
        rows = self.shown(table, [orjson.dumps(body).decode() for body in bodies])
        return rows[::-1] if self._disorder else rows

    def _listed(
        self,
        request: Request,
        texts: list[str],
        cursor: str | None,
        included: list[Body] | None = None,
    ) -> Response:
        found = orjson.dumps(links(request, cursor)).decode()
        more = f',"included":{orjson.dumps(included).decode()}' if included else ""
        return Response(200, f'{{"data":[{",".join(texts)}],"links":{found}{more}}}')

    def _profile(self, request: Request, row: Row) -> Body:
        body: Body = row.json()
        if "subscriptions" not in request.arg("additional-fields[profile]").split(","):
            body["attributes"].pop("subscriptions", None)
        return only(request, "profile", body)

    def _member(self, request: Request, row: Row) -> Body:
        found = self.profiles.get(row.extra["profile"])
        body: Body = found.json() if found is not None else {}
        body["attributes"].pop("subscriptions", None)
        body["attributes"]["joined_group_at"] = stamp(row.created_at)
        return only(request, "profile", body)

    def _take(self, name: str, which: str) -> Any:  # noqa: ANN401 - a verdict
        limit = self.limits.get(f"{name} {which}") or self.limits[f"accounts {which}"]
        return limit.take()

    def _answered(self, request: Request) -> Response:
        try:
            return super().__call__(request)
        except AskedWrongError as wrong:
            return self._error(400, str(wrong), {"parameter": wrong.parameter})

    def _unknown(self, request: Request) -> Response | None:
        if request.headers.get("Authorization", "") != f"Klaviyo-API-Key {KEY}":
            return self.refuse(401, "Incorrect authentication credentials.")
        if not REVISION.fullmatch(request.headers.get("revision", "")):
            return self.refuse(400, "A revision header in the form YYYY-MM-DD is required.")
        return None

    def _error(
        self, status: int, detail: str, source: Body, retry_after: float | None = None
    ) -> Response:
        code, title = TITLES.get(status, ("error", "A server error occurred."))
        told = {
            "id": str(UUID(int=number("klaviyo error", str(self.store.tick()), 18))),
            "status": status,
            "code": code,
            "title": title,
            "detail": detail or title,
            "source": source or {"pointer": "/data/"},
        }
        headers = {"Content-Type": "application/vnd.api+json"}
        if retry_after is not None:
            headers["Retry-After"] = str(math.ceil(retry_after))
        return Response(status, {"errors": [told]}, headers)
