"""One module of Zoho: what changed, then what is gone."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from core.errors import VendorBusyError, VendorRefusedError
from core.pull import Page, Pull
from sources._sightings import Sightings
from sources.zoho.api import Api, Rows
from sources.zoho.gone import Absences
from sources.zoho.tables import MODULES
from sources.zoho.times import SECOND, changes

# Rows that were being written while we read show late.
HOLD_BACK = timedelta(hours=1)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A page token may die between two pages, and rows may move: then a second is read again.
MOST_PASSES = 6


@dataclass(slots=True)
class _Steps:
    """How one pass through a second went.

    Attributes:
        anchor: The second it began with.
        newest: The newest change it reached.
        pages: How many pages it took.
        goes_on: Whether there is more behind it.
        is_whole: Whether it came past the second, or to the end.
    """

    anchor: datetime
    newest: datetime = EARLIEST
    pages: int = 0
    goes_on: bool = True
    is_whole: bool = False

    def took(self, rows: Rows) -> bool:
        """Note a page; return whether the pass is over."""
        self.pages += 1
        self.newest = max(self.newest, *changes(rows.records), self.anchor)
        self.goes_on = bool(rows.token)
        self.is_whole = not self.goes_on or self.newest > self.anchor
        return self.is_whole


class Reading:
    """One module, read from its cursor on. Cursor: the newest time of change that was yielded."""

    def __init__(self, api: Api, pull: Pull, table: str) -> None:
        self._api, self._pull, self._table = api, pull, table
        self._module = MODULES[table]
        self._fields: list[list[str]] = []
        self.seen = Sightings(table, pull.known)

    def pages(self) -> Iterator[Page]:
        """Yield what changed; then, but not when a window is read, who is gone."""
        self._fields = self._api.sheets(self._module)
        start = self._start()
        yield from self.changed(start)
        if not self._pull.window:
            absences = Absences(self._api, self._pull, self._module, self._fields, self.seen)
            yield from absences.pages(lambda: self.changed(start))

    def changed(self, start: datetime) -> Iterator[Page]:
        """Yield what changed from ``start`` on, and move the cursor past it."""
        for page in self._since(start):
            self.seen.see(page)
            yield page
            self._advance(max(changes(page), default=EARLIEST))

    def _since(self, start: datetime) -> Iterator[Page]:
        """Walk by time of change: each stretch starts from the newest change of the one before.

        Page numbers and tokens count places, and places shift when a record read earlier
        changes again or is deleted; a time of change does not.
        """
        anchor, until = start, self._pull.until
        while True:
            newest = yield from self._stretch(anchor)
            if newest is None or (until is not None and newest >= until):
                return
            anchor = newest

    def _stretch(self, anchor: datetime) -> Generator[Page, None, datetime | None]:
        """Yield from ``anchor`` on until it is passed; return the newest change, None at the end.

        One page as a rule. Where more records than a page holds share a second, its pages are
        read until a whole pass has shown nothing new: between them, rows may have moved.
        """
        seen: set[str] = set()
        for _ in range(MOST_PASSES):
            before = len(seen)
            steps = _Steps(anchor)
            for page in self._pass(steps):
                seen.update(str(row.get("id")) for row in page)
                yield page
            if steps.is_whole and (steps.pages == 1 or len(seen) == before):
                return steps.newest if steps.goes_on else None
        raise VendorBusyError(f"zoho: {self._module} changed faster than it could be read")

    def _pass(self, steps: _Steps) -> Iterator[Page]:
        """Read pages from the anchor until one reaches past it."""
        token = ""
        while True:
            try:
                rows = self._asked(steps.anchor, token)
            except VendorRefusedError as refused:
                if token and refused.status == HTTPStatus.BAD_REQUEST:
                    return
                raise
            yield rows.records
            token = rows.token
            if steps.took(rows):
                return

    def _asked(self, anchor: datetime, token: str) -> Rows:
        # Whether the vendor takes "since" as "at or after" or as "after" is not written down.
        since = anchor - SECOND if anchor > EARLIEST else None
        return self._api.changed(self._module, self._fields, since, token)

    def _start(self) -> datetime:
        if self._pull.window:
            return self._pull.since or EARLIEST
        cursor = self._pull.cursor(self._table)
        return datetime.fromisoformat(cursor) - HOLD_BACK if cursor else EARLIEST

    def _advance(self, newest: datetime) -> None:
        """Move the cursor on, never back and never into the future."""
        before = self._pull.cursor(self._table)
        reached = min(newest, self._pull.now())
        if reached > EARLIEST and (before is None or reached.isoformat() > before):
            self._pull.advance(self._table, reached.isoformat())
