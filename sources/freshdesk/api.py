"""Asking Freshdesk: lists by page number, single records, and what a minute allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import requests
from requests.auth import HTTPBasicAuth

from core.clock import Clock
from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession
from core.pace import Pace
from core.pull import Pull, Record

PAGE = 100
NOT_FOUND = 404
# Plans of today allow up to 700 calls a minute; a greater total is the old plans', by the hour.
HOURLY_FROM = 1000
LISTS = ("tickets", "contacts")


class Budget(Pace):
    """The account's calls, as many as its answers say there are."""

    def __init__(self, calls: int, clock: Clock) -> None:
        super().__init__(calls, 60)
        self._total, self._clock = calls, clock
        self._own: Pace = Pace(calls, 60)

    def take(self, now: datetime) -> float:
        """Book the next call; return the seconds to wait before sending it."""
        return self._own.take(now)

    def learn(self, response: requests.Response) -> float:
        """Take the plan's total from an answer, and book what it cost beside the call itself."""
        total, cost = (
            _number(response, f"X-RateLimit-{name}") for name in ("Total", "Used-CurrentRequest")
        )
        if total and total != self._total:
            self._total = total
            self._own = Pace(total, 60 if total < HOURLY_FROM else 3600)
            self._own.take(self._clock.now())
        return max((self._own.take(self._clock.now()) for _ in range(1, cost)), default=0.0)


class Api:
    """Freshdesk's answers to one pull."""

    def __init__(self, pull: Pull, url: str, key: str, calls: int, lists: int) -> None:
        self._url, self._pull = f"{url}/api/v2", pull
        budget = Budget(calls, pull.clock)
        # Lists of tickets and of contacts have budgets of their own; a longer path does not.
        paces = {name: {"": budget, "/": Pace(lists, 60)} for name in LISTS}
        self._sessions = {
            name: self._session(key, budget, paces.get(name, {"": budget})) for name in ("", *LISTS)
        }

    def pages(self, path: str, **params: str) -> Iterator[list[Record]]:
        """Walk a list to where Freshdesk names no further page."""
        page, has_more = 1, True
        while has_more:
            rows, has_more = self.page(path, page, **params)
            yield rows
            page += 1

    def page(self, path: str, page: int, **params: str) -> tuple[list[Record], bool]:
        """Return one page of a list, and whether Freshdesk names a next one."""
        session = self._sessions.get(path, self._sessions[""])
        given: dict[str, str | int] = {"page": page, "per_page": PAGE, **params}
        response = session.get(f"{self._url}/{path}", params=given)
        rows = response.json()
        if not isinstance(rows, list):
            raise VendorBusyError(f"freshdesk: an answer that is no list, to {path}")
        return rows, "next" in response.links

    def one(self, table: str, key: str) -> Record | None:
        """Return a record, in the bin or not; None where there is none of that id."""
        try:
            found = self._sessions[""].get(f"{self._url}/{table}/{key}").json()
        except VendorRefusedError as error:
            if error.status != NOT_FOUND:
                raise
            return None
        return found if isinstance(found, dict) else None

    def _session(self, key: str, budget: Budget, pace: dict[str, Pace]) -> VendorSession:
        manners = Manners(credential="FRESHDESK_API_KEY", pace=pace, rest=budget.learn)
        session = VendorSession("freshdesk", self._pull.clock, self._pull.meter, manners)
        session.auth = HTTPBasicAuth(key, "X")
        return session


def _number(response: requests.Response, header: str) -> int:
    text = response.headers.get(header, "")
    return int(text) if text.isdigit() else 0
