"""Asking Klaviyo: pages by link, single records, a pace per endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from dlt.sources.helpers.rest_client.client import RESTClient

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession, whole_number
from core.pace import Pace, Told
from core.pull import Pull, Record

NOT_FOUND = 404

Params = Mapping[str, Any]


class Tier(Pace):
    """So many calls a second, and so many a minute: Klaviyo has five such pairs."""

    def __init__(self, burst: int, steady: int) -> None:
        super().__init__(steady, 60)
        self._burst = Pace(burst, 1)

    def earliest(self, start: datetime, cost: int = 1) -> datetime:
        """Return when there is room in both windows, as far as one look tells."""
        return self._burst.earliest(super().earliest(start, cost), cost)

    def book(self, at: datetime, cost: int = 1) -> None:
        """Book a call in both windows."""
        super().book(at, cost)
        self._burst.book(at, cost)

    def settle(self, sent: datetime, now: datetime, cost: int = 1) -> None:
        """Rebook a call in both windows."""
        super().settle(sent, now, cost)
        self._burst.settle(sent, now, cost)

    def learn(self, now: datetime, told: Told) -> None:
        """Take the minute's figure from an answer, and the second's that goes with it."""
        super().learn(now, told)
        self._burst.learn(now, Told(BURSTS.get(told.calls or 0)))

    def forget(self, now: datetime) -> None:
        """Drop what has come back."""
        super().forget(now)
        self._burst.forget(now)


# What may be asked in a second, by what may be asked in a minute.
BURSTS = {15: 1, 60: 3, 150: 10, 700: 75, 750: 75, 3_500: 350}
STEADY = {f"/api/{name}": 700 for name in ("profiles", "lists", "segments")} | {
    "/api/events": 3_500,
    "/api/campaigns": 150,
    "/api/metrics": 150,
}


def paces() -> dict[str, Pace]:
    """Return the published limits by endpoint; of two published figures the lower."""
    return {path: Tier(BURSTS[steady], steady) for path, steady in STEADY.items()}


def told(response: requests.Response) -> dict[str, Told]:
    """Read what is left of the minute of the endpoint that answered, and when the minute ends.

    An account may have another limit than the published one, and others may ask with its key.
    """
    path = urlsplit(response.url).path
    calls, left, reset = (
        whole_number(response, f"RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")
    )
    return {prefix: Told(calls, left, reset=reset) for prefix in STEADY if prefix in path}


class Api:
    """Klaviyo's answers to one pull."""

    def __init__(self, pull: Pull, url: str, authorization: str, revision: str) -> None:
        manners = Manners(credential="KLAVIYO_API_KEY", pace=paces(), told=told)
        session = VendorSession("klaviyo", pull.clock, pull.meter, manners)
        session.headers.update({"Authorization": authorization, "revision": revision})
        session.headers["Accept"] = "application/vnd.api+json"
        self._url, self._client = url, RESTClient(url, session=session)

    def pages(self, path: str, params: Params) -> Iterator[tuple[list[Record], Record]]:
        """Walk a list; yield each page's records, and its answer."""
        answer = self._get(path, params)
        while True:
            records = answer.get("data")
            if not isinstance(records, list):
                raise VendorBusyError(f"klaviyo: {path} answered without data")
            yield records, answer
            after = next_page(answer, self._url)
            if after is None:
                return
            following = self._get(after, {})
            if next_page(following, self._url) == after:
                raise VendorBusyError(f"klaviyo: {path} points at itself as next page")
            answer = following

    def records(self, path: str, params: Params) -> Iterator[list[Record]]:
        """Walk a list; yield each page's records."""
        return (records for records, _ in self.pages(path, params))

    def one(self, path: str) -> Record | None:
        """Return one record; None if there is none."""
        try:
            found = self._get(path, {}).get("data")
        except VendorRefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        return found if isinstance(found, dict) else None

    def _get(self, path: str, params: Params) -> Record:
        answer = self._client.get(path, params=dict(params) or None).json()
        if not isinstance(answer, dict):
            raise VendorBusyError("klaviyo: an answer that is no object")
        return answer


def next_page(answer: Record, url: str) -> str | None:
    """Return the next page's address: only ever on the host we asked, for it gets our key."""
    links = answer.get("links")
    after = links.get("next") if isinstance(links, dict) else None
    if not after:
        return None
    if urlsplit(str(after))[:2] != urlsplit(url)[:2]:
        raise VendorRefusedError("klaviyo: a page points at another host as the next one")
    return str(after)
