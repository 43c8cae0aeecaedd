"""Down a list by time of change: from the newest to where the last pull ended."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import VendorBusyError
from core.pull import Pull, Record
from sources.wukong.api import FROM, UP_TO, Api, Face, Rows
from sources.wukong.times import changes

# An import does not wait until the index shows what it wrote.
HOLD_BACK = timedelta(hours=1)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Nothing is stamped after now; a day more costs nothing and spares us the vendor's clock.
BEYOND = timedelta(days=1)
MOST_PASSES = 6
# The page that WuKong begins to keep the place at, one for each user.
DEEP = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time yet to be read, both ends included."""

    low: datetime
    high: datetime

    def told(self) -> list[str]:
        """Return it as a cursor keeps it."""
        return [self.low.isoformat(), self.high.isoformat()]


class Walk:
    """One list, read downwards.

    The newest change comes first, so a walk that breaks off has read the top and not the bottom.
    Cursors: ``<face>`` is the newest change seen; ``<face>_unread`` are the spans below it that
    are still to be read. Page numbers count places, and places shift while people work; a time
    of change does not, so each stretch starts from the oldest change of the one before.
    """

    def __init__(self, api: Api, pull: Pull, face: Face) -> None:
        self._api, self._pull, self._face = api, pull, face
        self._unread = f"{face.name}_unread"

    def pages(self) -> Iterator[list[Record]]:
        """Yield what changed since the last pull, or in the window."""
        top = self._pull.now() + BEYOND
        if self._pull.window:
            span = Span(self._pull.since or EARLIEST, self._pull.until or top)
            yield from self._down(span)
            return
        cursor = self._pull.cursor(self._face.name)
        low = datetime.fromisoformat(cursor) - HOLD_BACK if cursor else EARLIEST
        spans = [Span(low, top), *self._left()]
        while spans:
            span, *spans = spans
            for page in self._down(span):
                yield page
                found = changes(page, self._api.zone)
                self._reached(max(found, default=EARLIEST))
                rest = Span(span.low, min([span.high, *found]))
                self._pull.advance(self._unread, [one.told() for one in (rest, *spans)])
            self._pull.advance(self._unread, [one.told() for one in spans])

    def everything(self) -> Iterator[list[Record]]:
        """Yield the whole list, and leave the cursors alone."""
        yield from self._down(Span(EARLIEST, self._pull.now() + BEYOND))

    def _down(self, span: Span) -> Iterator[list[Record]]:
        anchor = span.high
        while True:
            oldest = yield from self._stretch(span.low, anchor)
            if oldest is None:
                return
            anchor = oldest

    def _stretch(
        self, low: datetime, anchor: datetime
    ) -> Generator[list[Record], None, datetime | None]:
        """Yield from ``anchor`` down until it is passed; return the oldest change, None at the end.

        One page as a rule. Where more records than a page holds share a second, its pages are
        read in turn until a whole pass has shown nothing new: between them, rows may have moved.
        """
        seen: set[str] = set()
        for _ in range(MOST_PASSES):
            before, steps = len(seen), _Steps(anchor)
            for page in self._pass(low, steps):
                seen.update(str(row) for row in page)
                yield page
            if steps.is_over and (steps.pages == 1 or len(seen) == before):
                return steps.oldest if steps.goes_on else None
        raise VendorBusyError(f"wukong: {self._face.path} changed faster than it could be read")

    def _pass(self, low: datetime, steps: _Steps) -> Iterator[list[Record]]:
        """Read pages in turn until one reaches past the anchor, or one came out of turn."""
        try:
            while not (steps.is_over or steps.is_broken):
                rows = self._page(low, steps.anchor, steps.pages + 1)
                steps.took(rows, changes(rows.records, self._api.zone))
                if not steps.is_broken:
                    yield rows.records
        finally:
            if self._api.deep == self._face.name:
                self._api.deep = ""

    def _page(self, low: datetime, high: datetime, number: int) -> Rows:
        if number >= DEEP:
            # From here on the vendor keeps one place for all our walks.
            if self._api.deep not in {"", self._face.name}:
                raise VendorBusyError(f"wukong: {self._face.path} must wait for {self._api.deep}")
            self._api.deep = self._face.name
        terms = [self._api.changed(FROM, low), self._api.changed(UP_TO, high)]
        return self._api.page(self._face, terms, number)

    def _left(self) -> list[Span]:
        found = self._pull.cursor(self._unread) or []
        return [Span(*(datetime.fromisoformat(end) for end in one)) for one in found]

    def _reached(self, newest: datetime) -> None:
        """Move the cursor on, never back and never into the future."""
        before = self._pull.cursor(self._face.name)
        reached = min(newest, self._pull.now())
        if reached > EARLIEST and (before is None or reached.isoformat() > before):
            self._pull.advance(self._face.name, reached.isoformat())


@dataclass(slots=True)
class _Steps:
    """How one pass through a second went.

    Attributes:
        anchor: The second it began with.
        oldest: The oldest change it reached.
        pages: How many pages it took.
        records: How many records were on them.
        goes_on: Whether there is more below.
        is_over: Whether it came past the second, or to the end.
        is_broken: Whether another page came than was asked for.
    """

    anchor: datetime
    oldest: datetime | None = None
    pages: int = 0
    records: int = 0
    goes_on: bool = True
    is_over: bool = False
    is_broken: bool = False

    def took(self, rows: Rows, found: list[datetime]) -> None:
        """Note a page."""
        self.pages += 1
        self.is_broken = rows.number != self.pages
        self.oldest = min([self.oldest or self.anchor, *found])
        self.records += len(rows.records)
        self.goes_on = len(rows.records) > 0 and self.records < rows.total
        self.is_over = not self.goes_on or self.oldest < self.anchor
