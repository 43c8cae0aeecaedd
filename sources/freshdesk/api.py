"""Asking Freshdesk: lists by page number, single records, and what a minute allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import requests
from requests.auth import HTTPBasicAuth

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession, whole_number
from core.pace import Pace, Told
from core.pull import Pull, Record

PAGE = 100
NOT_FOUND = 404
# Plans of today allow up to 700 calls a minute; a greater total is the old plans', by the hour.
HOURLY_FROM = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What the account may ask.

    Attributes:
        calls: A minute in all.
        lists: Lists of tickets a minute, and as many of contacts.
        a_page_of_tickets: What one costs, in calls.
    """

    calls: int
    lists: int
    a_page_of_tickets: int = 1


class Share(Pace):
    """What one kind of call takes from the account's budget."""

    def __init__(self, whole: Pace, cost: int) -> None:
        super().__init__(1, 0)
        self._whole, self._cost = whole, cost

    def earliest(self, start: datetime, cost: int = 1) -> datetime:
        """Return when a call may be sent that costs so much."""
        return self._whole.earliest(start, cost * self._cost)

    def book(self, at: datetime, cost: int = 1) -> None:
        """Book a call at its cost."""
        self._whole.book(at, cost * self._cost)

    def settle(self, sent: datetime, now: datetime, cost: int = 1) -> None:
        """Rebook a call at its cost."""
        self._whole.settle(sent, now, cost * self._cost)

    def learn(self, now: datetime, told: Told) -> None:
        """Let the whole budget know."""
        self._whole.learn(now, told)

    def forget(self, now: datetime) -> None:
        """Drop what has come back."""
        self._whole.forget(now)


class Api:
    """Freshdesk's answers to one pull."""

    def __init__(self, pull: Pull, url: str, key: str, plan: Plan) -> None:
        self._url, self._pull = f"{url}/api/v2", pull
        budget, lists = Pace(plan.calls, 60), "/"
        # Lists of tickets and of contacts have budgets of their own, which a longer path does not
        # touch: so each has a session of its own.
        paces: dict[str, dict[str, Pace]] = {
            "": {"": Share(budget, 1)},
            "contacts": {"": Share(budget, 1), lists: Pace(plan.lists, 60)},
            "tickets": {"": Share(budget, plan.a_page_of_tickets), lists: Pace(plan.lists, 60)},
        }
        self._sessions = {name: self._session(name, key, pace) for name, pace in paces.items()}

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

    def one(self, table: str, key: str, **params: str) -> Record | None:
        """Return a record, in the bin or not; None where there is none of that id."""
        try:
            found = self._sessions[""].get(f"{self._url}/{table}/{key}", params=params).json()
        except VendorRefusedError as error:
            if error.status != NOT_FOUND:
                raise
            return None
        return found if isinstance(found, dict) else None

    def _session(self, name: str, key: str, pace: dict[str, Pace]) -> VendorSession:
        manners = Manners(credential="FRESHDESK_API_KEY", pace=pace, told=told, purse=name)
        session = VendorSession("freshdesk", self._pull.clock, self._pull.meter, manners)
        session.auth = HTTPBasicAuth(key, "X")
        return session


def told(response: requests.Response) -> dict[str, Told]:
    """Read how many calls the account has, and how many are left of them."""
    calls = whole_number(response, "X-RateLimit-Total") or None
    window = 60 if (calls or 0) < HOURLY_FROM else 3600
    return {"": Told(calls, whole_number(response, "X-RateLimit-Remaining"), window)}
