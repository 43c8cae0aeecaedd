"""Reading tickets in the order of their changes, past the last page and past rows that slip."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.errors import VendorRefusedError
from core.pull import Record
from sources.freshdesk.api import Api
from sources.freshdesk.times import moment, zulu

SECOND = timedelta(seconds=1)
# A crowded second is read again until nothing new turns up, but not for ever.
MOST_PASSES = 3
BAD_REQUEST = 400


@dataclass(slots=True)
class Walk:
    """One walk through a list of tickets, oldest change first.

    Freshdesk ends a list at page 300, and it counts places anew for every page, so that a ticket
    that changes meanwhile pulls the others past us. So page numbers are hardly used: each page
    starts from the newest change of the one before, a second back, for no document tells whether
    ``updated_since`` includes its own second. Only where more tickets than a page share those
    seconds are they paged through, and then read again until a pass brings nothing new.

    Attributes:
        api: Whom to ask.
        filter: "" for what is alive, or ``spam``, or ``deleted``.
        also: What to include beside the plain ticket; costs calls.
        crowded: The last second with more tickets than the list shows; None if there was none.
    """

    api: Api
    filter: str = ""
    also: str = ""
    crowded: datetime | None = None
    _seen: set[tuple[object, object]] = field(default_factory=set)

    def since(self, start: datetime) -> Iterator[list[Record]]:
        """Yield the tickets changed from ``start`` on; some come more than once."""
        place: datetime | None = start
        while place is not None:
            here, self._seen = place, set()
            for _ in range(MOST_PASSES):
                before = len(self._seen)
                place, is_paged = yield from self._pass(here)
                if not is_paged or len(self._seen) == before:
                    break

    def _pass(self, here: datetime) -> Generator[list[Record], None, tuple[datetime | None, bool]]:
        """Page through what follows ``here``; return where to go on, and if it took pages."""
        page, full = 1, 0
        while True:
            rows, has_more = self._ask(here, page)
            yield rows
            self._seen |= {(str(row.get("id")), str(row.get("updated_at"))) for row in rows}
            onward = newest(rows)
            is_beyond = onward is not None and onward - SECOND > here
            if onward is not None and is_beyond and (has_more or page > 1):
                return onward - SECOND, page > 1
            if not has_more and (page == 1 or len(rows) < full):
                return None, page > 1
            page, full = page + 1, len(rows)
            if not has_more and self._is_capped(here, page):
                self.crowded = onward or here
                return self.crowded + SECOND, False

    def _is_capped(self, here: datetime, page: int) -> bool:
        """Say whether a full page without a successor was the last Freshdesk gives.

        It names no page after its last one, and refuses it when asked.
        """
        try:
            self._ask(here, page)
        except VendorRefusedError as error:
            if error.status != BAD_REQUEST:
                raise
            return True
        return False

    def _ask(self, here: datetime, page: int) -> tuple[list[Record], bool]:
        given = {"filter": self.filter, "include": self.also}
        return self.api.page(
            "tickets",
            page,
            updated_since=zulu(here),
            order_by="updated_at",
            order_type="asc",
            **{name: value for name, value in given.items() if value},
        )


def newest(rows: list[Record]) -> datetime | None:
    """Return the newest change among ``rows``, to the second; None where none tells."""
    stamps = [at for row in rows if isinstance(row, dict) and (at := moment(row.get("updated_at")))]
    return max(stamps, default=None)
