"""Asking Intercom: lists, searches, the scroll, single records, and totals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession, whole_number
from core.oauth import BearerToken
from core.pace import Pace, Told
from core.pull import Pull, Record

PAGE = 150
# A merged contact is 404, and from the next version on 410.
ABSENT = frozenset({404, 410})
BAD_REQUEST, NOT_FOUND = 400, 404
# A minute's calls are dealt out in windows of ten seconds.
WINDOW_SECONDS, WINDOWS_A_MINUTE = 10, 6
SCROLL_LASTS = 61
MOST_SCROLLS = 4


class Api:
    """Intercom's answers to one pull."""

    def __init__(self, pull: Pull, url: str, token: str, version: str, calls: int) -> None:
        self._url, self._pull = url, pull
        manners = Manners(
            credential="INTERCOM_ACCESS_TOKEN",
            pace={"": Pace(max(1, calls // WINDOWS_A_MINUTE), WINDOW_SECONDS)},
            told=told,
            asks=lambda answer: reset_in(answer) or None,
        )
        self._session = VendorSession("intercom", pull.clock, pull.meter, manners)
        self._session.auth = BearerToken(token)
        self._session.headers["Intercom-Version"] = version

    def listed(self, kind: str) -> Iterator[list[Record]]:
        """Walk the whole list of contacts or conversations."""
        after, has_more = "", True
        while has_more:
            params = {"per_page": PAGE, **({"starting_after": after} if after else {})}
            answer = self._get(kind, params)
            yield rows_of(kind, answer)
            after, has_more = onward(answer, after)

    def searched(self, kind: str, *terms: Record) -> Iterator[list[Record]]:
        """Walk a search, oldest change first; all ``terms`` must hold."""
        after, has_more = "", True
        while has_more:
            paging = {"per_page": PAGE, **({"starting_after": after} if after else {})}
            answer = self._search(kind, terms, paging)
            yield rows_of(kind, answer)
            after, has_more = onward(answer, after)

    def scrolled(self) -> Iterator[list[Record]]:
        """Walk every company: the list ends at 10,000, the scroll does not.

        A workspace has one scroll at a time and forgets it after a minute: where another one goes
        on we wait, and where ours was forgotten we start again.
        """
        for _ in range(MOST_SCROLLS):
            try:
                yield from self._scroll()
            except VendorRefusedError as error:
                if error.status not in {BAD_REQUEST, NOT_FOUND}:
                    raise
                if error.status == BAD_REQUEST:
                    self._pull.meter.throttled_seconds += SCROLL_LASTS
                    self._pull.clock.sleep(SCROLL_LASTS)
            else:
                return
        raise VendorBusyError("intercom: another scroll through the companies does not end")

    def _scroll(self) -> Iterator[list[Record]]:
        params: dict[str, str] = {}
        while rows := rows_of("companies", answer := self._get("companies/scroll", params)):
            yield rows
            params = {"scroll_param": str(answer.get("scroll_param") or "")}

    def tags(self) -> list[Record]:
        """Return every tag."""
        return rows_of("tags", self._get("tags", {}))

    def admins(self) -> Iterator[list[Record]]:
        """Yield every admin: one answer, without pages."""
        yield rows_of("admins", self._get("admins", {}))

    def attached(self, contact: str, name: str) -> list[Record]:
        """Return all companies or tags of a contact, of which lists show ten."""
        found: list[Record] = []
        path, params = f"contacts/{contact}/{name}", {"per_page": str(PAGE)}
        while True:
            answer = self._get(path, params)
            found += rows_of(name, answer)
            address = (answer.get("pages") or {}).get("next")
            query = dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) else {}
            if not query or query == params:
                return found
            params = query

    def one(self, kind: str, key: str) -> Record | None:
        """Return a record; None where there is none of that id, or no longer."""
        try:
            return self._get(f"{kind}/{key}", {})
        except VendorRefusedError as error:
            if error.status not in ABSENT:
                raise
            return None

    def total(self, kind: str) -> int | None:
        """Return how many contacts, conversations or companies Intercom says there are."""
        if kind == "companies":
            return _total(self._post("companies/list?per_page=1", {}))
        return _total(self._get(kind, {"per_page": 1}))

    def total_of(self, kind: str, *terms: Record) -> int | None:
        """Return how many records Intercom says a search would find."""
        return _total(self._search(kind, terms, {"per_page": 1}))

    def _search(self, kind: str, terms: tuple[Record, ...], paging: Record) -> Record:
        query = terms[0] if len(terms) == 1 else {"operator": "AND", "value": list(terms)}
        sort = {"field": "updated_at", "order": "ascending"}
        return self._post(f"{kind}/search", {"query": query, "pagination": paging, "sort": sort})

    def _get(self, path: str, params: dict[str, Any]) -> Record:
        return _object(self._session.get(f"{self._url}/{path}", params=params))

    def _post(self, path: str, body: Record) -> Record:
        return _object(self._session.post(f"{self._url}/{path}", json=body))


def changed(operator: str, at: int) -> Record:
    """Ask for what changed after (``>``) or before (``<``) a second."""
    return {"field": "updated_at", "operator": operator, "value": at}


def rows_of(kind: str, answer: Record) -> list[Record]:
    """Return the rows of a page; some lists call them ``data`` and some by their name."""
    rows = answer.get("data", answer.get(kind))
    if not isinstance(rows, list):
        raise VendorBusyError(f"intercom: a page of {kind} without rows")
    return rows


def onward(answer: Record, before: str) -> tuple[str, bool]:
    """Return where the next page starts, and whether there is one."""
    place = (answer.get("pages") or {}).get("next")
    after = place.get("starting_after") if isinstance(place, dict) else None
    if after and after == before:
        raise VendorBusyError("intercom: a list says it goes on, and does not")
    return str(after or ""), bool(after)


def told(response: requests.Response) -> dict[str, Told]:
    """Read what the running window holds, what is left of it, and when the next one begins."""
    limit, left = (whole_number(response, f"X-RateLimit-{n}") for n in ("Limit", "Remaining"))
    return {"": Told(limit, left, reset=reset_in(response))}


def reset_in(response: requests.Response) -> float:
    """Return the seconds to the next window; both hours are Intercom's own."""
    reset, date = (response.headers.get(name, "") for name in ("X-RateLimit-Reset", "Date"))
    try:
        return max(0.0, math.ceil(float(reset) - parsedate_to_datetime(date).timestamp()))
    except ValueError:
        return 0.0


def _total(answer: Record) -> int | None:
    count = answer.get("total_count")
    return count if isinstance(count, int) else None


def _object(response: requests.Response) -> Record:
    found = response.json()
    if not isinstance(found, dict):
        raise VendorBusyError("intercom: an answer that is no object")
    return found
