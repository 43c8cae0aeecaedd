"""Searching records by their last change, past every ceiling of the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.errors import VendorBusyError
from core.pull import Record
from sources.hubspot.api import SEARCH_LIMIT, Portal, results
from sources.hubspot.times import millis, moment


@dataclass(frozen=True, slots=True)
class Search:
    """A search among one type of record.

    Attributes:
        portal: Whom to ask.
        kind: Such as contacts.
        stamp: The property that says when a record was last changed.
        names: The properties to ask for.
    """

    portal: Portal
    kind: str
    stamp: str
    names: list[str]

    def since(self, start: datetime, until: datetime | None) -> Iterator[list[Record]]:
        """Yield what changed from ``start`` on, oldest change first.

        Each page starts from the last one's newest change. ``after`` is never used: it counts
        places, and places shift when a record found earlier changes again; and it ends at 10,000.
        The ties at a page's end are read twice.
        """
        anchor = millis(start)
        while True:
            answer = self._ask([self._term("GTE", anchor), *self._before(until)], self.stamp)
            page = results(answer)
            yield page
            if not page or not answer.get("paging"):
                return
            stamps = changes(page, self.stamp)
            last = stamps[-1] if stamps else anchor
            if last < anchor:
                raise VendorBusyError(f"hubspot: search of {self.kind} ignores its filter")
            if last == anchor:
                yield from self._of(anchor)
                last = anchor + 1
            anchor = last

    def total(self) -> int | None:
        """Return how many live records there are, as far as the index knows."""
        return self._ask([], "hs_object_id", limit=1).get("total")

    def count(self, since: datetime | None, until: datetime | None) -> int | None:
        """Return how many live records changed in a window, as far as the index knows."""
        after = [self._term("GTE", millis(since))] if since else []
        answer = self._ask([*after, *self._before(until)], "hs_object_id", limit=1)
        return answer.get("total")

    def _of(self, instant: int) -> Iterator[list[Record]]:
        """Yield all records of one millisecond, in order of id: an import stamps them alike."""
        last = 0
        while True:
            beyond = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
            answer = self._ask([self._term("EQ", instant), beyond], "hs_object_id")
            page = results(answer)
            yield page
            if not page or not answer.get("paging"):
                return
            before, last = last, max(int(row.get("id") or 0) for row in page)
            if last <= before:
                raise VendorBusyError(f"hubspot: search of {self.kind} ignores its filter")

    def _term(self, operator: str, at: int) -> Record:
        return {"propertyName": self.stamp, "operator": operator, "value": str(at)}

    def _before(self, until: datetime | None) -> list[Record]:
        return [self._term("LT", millis(until))] if until else []

    def _ask(self, filters: list[Record], sort: str, limit: int = SEARCH_LIMIT) -> Record:
        body = {
            "filterGroups": [{"filters": filters}] if filters else [],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": self.names,
            "limit": limit,
        }
        return self.portal.post(f"{self.portal.objects(self.kind)}/search", body)


def changes(page: list[Record], stamp: str) -> list[int]:
    """Return when the records of ``page`` were last changed, in milliseconds since 1970.

    A record that does not say is left out: it is kept, or quarantined, but steers nothing.
    """
    found = [(row.get("properties") or {}).get(stamp) or row.get("updatedAt") for row in page]
    return [millis(moment(value)) for value in found if value]
