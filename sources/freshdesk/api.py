"""Asking Freshdesk: lists by page number, single records, and what a minute allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


class Budget:
    """The account's calls, as many as its answers say there are."""

    def __init__(self, calls: int, clock: Clock) -> None:
        self._total, self._clock = calls, clock
        self._pace = Pace(calls, 60)

    def take(self, now: datetime, cost: int) -> float:
        """Book a call; return the seconds to wait before sending it."""
        return self._pace.take(now, cost)

    def learn(self, response: requests.Response) -> float:
        """Take the plan's total from an answer, and count what that answer cost."""
        total = _number(response, "X-RateLimit-Total")
        if total and total != self._total:
            self._total = total
            self._pace = Pace(total, 60 if total < HOURLY_FROM else 3600)
            cost = _number(response, "X-RateLimit-Used-CurrentRequest")
            self._pace.take(self._clock.now(), max(cost, 1))
        return 0.0


class Share(Pace):
    """What one kind of call takes from the account's budget."""

    def __init__(self, budget: Budget, cost: int) -> None:
        super().__init__(1, 0)
        self._budget, self._cost = budget, cost

    def take(self, now: datetime, cost: int = 1) -> float:
        """Book a call at its cost; return the seconds to wait before sending it."""
        return self._budget.take(now, cost * self._cost)


class Api:
    """Freshdesk's answers to one pull."""

    def __init__(self, pull: Pull, url: str, key: str, plan: Plan) -> None:
        self._url, self._pull = f"{url}/api/v2", pull
        budget, lists = Budget(plan.calls, pull.clock), "/"
        # Lists of tickets and of contacts have budgets of their own, which a longer path does not
        # touch: so each has a session of its own.
        paces: dict[str, dict[str, Pace]] = {
            "": {"": Share(budget, 1)},
            "contacts": {"": Share(budget, 1), lists: Pace(plan.lists, 60)},
            "tickets": {"": Share(budget, plan.a_page_of_tickets), lists: Pace(plan.lists, 60)},
        }
        self._sessions = {
            name: self._session(name, key, budget, pace) for name, pace in paces.items()
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

    def _session(self, name: str, key: str, budget: Budget, pace: dict[str, Pace]) -> VendorSession:
        manners = Manners(credential="FRESHDESK_API_KEY", pace=pace, rest=budget.learn, purse=name)
        session = VendorSession("freshdesk", self._pull.clock, self._pull.meter, manners)
        session.auth = HTTPBasicAuth(key, "X")
        return session


def _number(response: requests.Response, header: str) -> int:
    text = response.headers.get(header, "")
    return int(text) if text.isdigit() else 0
