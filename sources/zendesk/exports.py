"""What changed at Zendesk since the last pull."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Protocol

from core.errors import VendorBusyError
from core.pull import Page, Pull, Record
from sources.zendesk.api import EXPORT_PAGE, Api
from sources.zendesk.rows import shaped, stamp

# Rows appear behind the cursor for minutes when Zendesk is busy; an hour costs few pages.
HOLD_BACK = timedelta(hours=1)
# Zendesk refuses a start within the last minute.
TOO_NEW = timedelta(seconds=61)
# A rating may be changed until its ticket closes, 28 days after it was solved at the latest.
RATINGS_HOLD_BACK = timedelta(days=28)
EARLIEST = 1


class Aftermath(Protocol):
    """What is to be found out once an export was read to its end."""

    def note(self, rows: Iterable[Record]) -> None:
        """Hear of rows that the export gave."""
        ...

    def pages(self) -> Iterator[Page]:
        """Yield what the export did not tell."""
        ...


class _Reading:
    """What every stream here has: where to start, and how far it came."""

    def __init__(self, api: Api, pull: Pull, table: str) -> None:
        self._api, self._pull, self._table = api, pull, table

    def _start(self, hold_back: timedelta) -> int:
        if self._pull.window:
            wanted = int(self._pull.since.timestamp()) if self._pull.since else EARLIEST
        else:
            cursor = self._pull.cursor(self._table)
            wanted = cursor - int(hold_back.total_seconds()) if cursor else EARLIEST
        newest = int((self._pull.now() - TOO_NEW).timestamp())
        return max(EARLIEST, min(wanted, newest))

    def _advance(self, second: int) -> None:
        """Move the cursor on, never back and never into the future."""
        before = self._pull.cursor(self._table) or 0
        now = int(self._pull.now().timestamp())
        self._pull.advance(self._table, max(before, min(second, now)) or None)

    def _past_window(self, second: int) -> bool:
        return self._pull.until is not None and second >= self._pull.until.timestamp()


class CursorExport(_Reading):
    """Tickets and users: pages by cursor, in the order of ``generated_timestamp``."""

    def __init__(self, api: Api, pull: Pull, table: str, aftermath: Aftermath) -> None:
        super().__init__(api, pull, table)
        self._aftermath = aftermath

    def pages(self) -> Iterator[Page]:
        """Walk the export; what it cannot tell comes after it, but not when a window is read."""
        for page in self._api.exported(self._table, self._start(HOLD_BACK)):
            rows = shaped(self._table, page)
            self._aftermath.note(rows)
            yield rows
            newest = max(map(stamp, rows), default=0)
            self._advance(newest)
            if self._past_window(newest):
                return
        if not self._pull.window:
            yield from self._aftermath.pages()


class _TimeExport(_Reading):
    """Pages by ``end_time``. Each begins with what the last one ended on."""

    def _export(self) -> Iterator[list[Record]]:
        start = self._start(HOLD_BACK)
        while True:
            page = self._api.export_page(self._table, start)
            rows = page.get(self._table) or []
            yield rows
            end = page.get("end_time") or 0
            self._advance(end)
            if page.get("end_of_stream") or self._past_window(end):
                return
            if end <= start:
                if len(rows) < EXPORT_PAGE:
                    return
                end = self._crowded(start)
            start = end

    def _crowded(self, second: int) -> int:
        """Return where to go on when more rows than a page share ``second``."""
        raise NotImplementedError


class _CrowdedError(Exception):
    """The export cannot get past a second."""


class Organizations(_TimeExport):
    """Organizations; where the export cannot get past a second, the complete list."""

    def __init__(self, api: Api, pull: Pull, aftermath: Aftermath) -> None:
        super().__init__(api, pull, "organizations")
        self._aftermath = aftermath

    def pages(self) -> Iterator[Page]:
        """Walk the export, or the list, and then see who is gone."""
        try:
            yield from self._noted(self._export())
        except _CrowdedError:
            yield from self._noted(self._api.listed(self._table))
        if not self._pull.window:
            yield from self._aftermath.pages()

    def _noted(self, pages: Iterable[list[Record]]) -> Iterator[Page]:
        for rows in pages:
            self._aftermath.note(rows)
            yield rows

    def _crowded(self, second: int) -> int:
        raise _CrowdedError(second)


class MetricEvents(_TimeExport):
    """Ticket metric events, of which there is no list to fall back on.

    Cursor ``ticket_metric_events_crowded`` is the last second that was told not to fit.
    """

    def __init__(self, api: Api, pull: Pull) -> None:
        super().__init__(api, pull, "ticket_metric_events")
        self._crowded_at = 0

    def pages(self) -> Iterator[Page]:
        """Walk the export past crowded seconds, and say at the end, once, that there were some."""
        yield from self._export()
        mark = f"{self._table}_crowded"
        if self._crowded_at > (self._pull.cursor(mark) or 0):
            self._pull.advance(mark, self._crowded_at)
            raise VendorBusyError(
                f"zendesk: more ticket metric events than one page holds share the second"
                f" {self._crowded_at}; the rest of that second cannot be read"
            )

    def _crowded(self, second: int) -> int:
        self._crowded_at = second
        return second + 1


class Ratings(_Reading):
    """Satisfaction ratings, given for a ticket or for none."""

    def __init__(self, api: Api, pull: Pull) -> None:
        super().__init__(api, pull, "satisfaction_ratings")

    def pages(self) -> Iterator[Page]:
        """Walk the list; it is not in the order of time, so the cursor moves at its end."""
        params = {"start_time": self._start(RATINGS_HOLD_BACK)}
        if self._pull.until:
            params["end_time"] = int(self._pull.until.timestamp())
        newest = 0
        for page in self._api.listed(self._table, params):
            yield page
            newest = max(newest, *map(stamp, page), 0)
        self._advance(newest)
