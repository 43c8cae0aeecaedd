"""Who is in each audience: what changed, status by status, and who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.pull import Page, Pull, Record
from sources.mailchimp.api import STATUSES, Api
from sources.mailchimp.roll import Roll
from sources.mailchimp.times import including, moment, newest, stamp

# A member may show up under a time that has passed; an hour costs few pages.
HOLD_BACK = timedelta(hours=1)
# Where an offset cannot be helped, pages overlap by as much as may go while one is read.
OVERLAP = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """The members of one audience with one status, from ``since`` on, up to before ``until``."""

    list_id: str
    status: str
    since: datetime | None = None
    until: datetime | None = None

    @property
    def path(self) -> str:
        """The audience's members."""
        return f"lists/{self.list_id}/members"

    def params(self, since: datetime | None) -> dict[str, str]:
        """Return the filter for those changed at ``since`` or later."""
        found = {"status": self.status, "since_last_changed": including(since)}
        found["before_last_changed"] = stamp(self.until) if self.until else None
        return {name: value for name, value in found.items() if value is not None}


def walked(api: Api, asked: Slice) -> Iterator[list[Record]]:
    """Read a slice in the order of change, each page from the last change seen on.

    Whoever changes meanwhile comes again at the end, and nobody is skipped. Only where more share
    a second than a page holds does an offset lead on, and its pages overlap.
    """
    since, offset = asked.since, 0
    order = {"sort_field": "last_changed", "sort_dir": "ASC"}
    while True:
        params = {**asked.params(since), **order, "offset": offset}
        rows, total = api.page(asked.path, "members", params)
        yield rows
        if not rows or offset + len(rows) >= total:
            return
        reached = newest(rows, "last_changed")
        if reached is not None and (since is None or reached > since):
            since, offset = reached, 0
        else:
            offset += max(1, len(rows) - OVERLAP)


class Members:
    """The members of every audience.

    Cursors: ``members <audience> <status>`` is the last change seen there, never later than the
    moment reading began: whoever changes status while we read is found behind it the next time.
    """

    def __init__(self, api: Api, pull: Pull) -> None:
        self._api, self._pull = api, pull

    def pages(self) -> Iterator[Page]:
        """Read each audience, then see whether all are there that should be."""
        for list_id in self._audiences():
            roll = Roll(self._api, self._pull, list_id)
            for status in STATUSES:
                for page in self._changed(list_id, status):
                    roll.note(page)
                    yield page
            if not self._pull.window:
                yield from roll.pages(self._whole)

    def count(self, since: datetime | None, until: datetime | None) -> int:
        """Return how many members there are, or how many changed in a window."""
        slices = self._slices(since, until)
        return sum(self._api.total(one.path, one.params(one.since)) for one in slices)

    def _audiences(self) -> list[str]:
        pages = self._api.listed("lists", "lists", "id", {"fields": "lists.id,total_items"})
        found = (str(row["id"]) for page in pages for row in page if row.get("id"))
        return list(dict.fromkeys(found))

    def _slices(self, since: datetime | None, until: datetime | None) -> Iterator[Slice]:
        for list_id in self._audiences():
            for status in STATUSES:
                yield Slice(list_id, status, since, until)

    def _changed(self, list_id: str, status: str) -> Iterator[list[Record]]:
        name, started = f"members {list_id} {status}", self._pull.now()
        before = moment(self._pull.cursor(name))
        since = before - HOLD_BACK if before else self._pull.since
        for page in walked(self._api, Slice(list_id, status, since, self._pull.until)):
            yield page
            reached = newest(page, "last_changed")
            if reached is not None:
                at = min(reached, started)
                self._pull.advance(name, stamp(max(at, before or at)))

    def _whole(self, list_id: str) -> Iterator[list[Record]]:
        for status in STATUSES:
            yield from walked(self._api, Slice(list_id, status))
