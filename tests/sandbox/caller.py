"""A client of the marketing portal, without a socket: calls the vendor itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from sandbox.clock import Clock
from sandbox.happenings import CompanyJoined, ContactJoined, DealOpened
from sandbox.http import Json, Request
from sandbox.hubspot.portal import HubSpot

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Caller:
    """A portal whose clock stands at noon, and somebody who calls it."""

    def __init__(self, **options: Json) -> None:
        self.clock = Clock(NOON, frozen=True)
        self.portal = HubSpot(self.clock, **{"burst": 1e6, "searches": 1e6, **options})
        self.token = self.portal.credentials()["HUBSPOT_ACCESS_TOKEN"]
        self.headers: dict[str, str] = {}

    def call(self, method: str, url: str, body: Json = None) -> tuple[int, Any]:
        """Give status and body; ``headers`` are kept aside."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.portal(Request.to(method, url, headers=headers, json=body))
        self.headers = dict(answer.headers)
        return answer.status, orjson.loads(answer.payload())

    def get(self, url: str) -> Json:
        """Give the body of a GET that went well."""
        status, body = self.call("GET", url)
        assert status == 200, body
        return body

    def post(self, url: str, body: Json) -> Json:
        """Give the body of a POST that went well, or partly so."""
        status, found = self.call("POST", url, body)
        assert status in {200, 207}, found
        return found

    def listed(self, url: str) -> Iterator[Any]:
        """Give the results of every page of a list."""
        after = ""
        while True:
            body = self.get(f"{url}&after={after}" if after else url)
            yield from body["results"]
            if "paging" not in body:
                return
            after = body["paging"]["next"]["after"]

    def found(self, kind: str, *filters: Json, **body: Json) -> Json:
        """Search, by filters in one group."""
        asked = {"filterGroups": [{"filters": list(filters)}] if filters else [], **body}
        return self.post(f"/crm/v3/objects/{kind}/search", asked)


def contact(key: str, at: datetime = NOON, **fields: Json) -> ContactJoined:
    """Somebody."""
    own = {"first_name": "Ada", "last_name": key, "email": f"{key}@x.example"}
    return ContactJoined(key=key, at=at, **{**own, **fields})


def company(key: str, at: datetime = NOON, **fields: Json) -> CompanyJoined:
    """Some company."""
    return CompanyJoined(key=key, at=at, **{"name": key, "domain": f"{key}.example", **fields})


def deal(key: str, at: datetime = NOON, **fields: Json) -> DealOpened:
    """Some deal."""
    return DealOpened(key=key, at=at, **{"name": key, "amount": 50_000, **fields})
