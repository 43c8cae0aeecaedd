"""Who is no longer at Zendesk, where the exports do not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from core.pull import Gone, Page, Pull, Record
from sources.zendesk.api import LIST_PAGE, Api
from sources.zendesk.rows import shaped

# Above this Zendesk's counts are estimates, up to a day old.
EXACT_UP_TO = 100_000
SWEEP_ESTIMATED_EVERY = timedelta(days=7)


class DeletedTickets:
    """Tickets whose deletion the export did not show: Zendesk lists the last 30 days'."""

    def __init__(self, api: Api, pull: Pull) -> None:
        self._api, self._pull = api, pull
        self._told: set[str] = set()

    def note(self, rows: Iterable[Record]) -> None:
        """Remember which deletions the export did show."""
        self._told.update(str(row.get("id")) for row in rows if row.get("deleted_at"))

    def pages(self) -> Iterator[Page]:
        """Yield a Gone for each listed ticket that we still take to be alive."""
        if self._pull.known.count("tickets") == 0:
            return
        for page in self._api.listed("deleted_tickets"):
            moments = {str(row["id"]): row.get("deleted_at") for row in page if row.get("id")}
            alive = self._alive([key for key in moments if key not in self._told])
            if alive:
                yield [Gone(id=int(key), deleted_at=moments[key]) for key in alive]

    def _alive(self, keys: Sequence[str]) -> list[str]:
        rows = self._pull.known.rows("tickets", [(key,) for key in keys]) if keys else []
        return [str(row["id"]) for row in rows if row.get("deleted_at") is None]


class Roll:
    """A roll call: Zendesk counts, and where its count is not ours, every name is read.

    Cursors: ``<table>_off_by`` is by how much the two counts differed right after the last roll
    call (Zendesk may count what it does not list); ``<table>_called_at`` is when that was.
    """

    def __init__(self, api: Api, pull: Pull, table: str) -> None:
        self._api, self._pull, self._table = api, pull, table
        self._live: set[str] = set()
        self._gone: set[str] = set()

    def note(self, rows: Iterable[Record]) -> None:
        """Keep the tally of what this pull gave; the last word on a record counts."""
        for row in rows:
            key = str(row.get("id"))
            here, there = (
                (self._gone, self._live) if row.get("deleted_at") else (self._live, self._gone)
            )
            here.add(key)
            there.discard(key)

    def pages(self) -> Iterator[Page]:
        """Read every name if the count says so, and look those up that were not read."""
        count = self._api.count(self._table)
        if not self._called_for(count):
            return
        listed: set[str] = set()
        for page in self._api.listed(self._table):
            listed.update(str(row.get("id")) for row in page)
            yield shaped(self._table, page)
        missing = [key for key in self._expected() if key not in listed]
        for start in range(0, len(missing), LIST_PAGE):
            yield self._looked_up(missing[start : start + LIST_PAGE])
        self._pull.advance(f"{self._table}_off_by", count - len(listed))
        self._pull.advance(f"{self._table}_called_at", self._pull.now().isoformat())

    def _called_for(self, count: int) -> bool:
        expected = sum(1 for _ in self._expected())
        if self._pull.known.count(self._table) == 0:
            # On the first night a higher count is only the newest minute, which comes tomorrow.
            return count < expected
        return must_call(
            count - expected,
            off_by=self._pull.cursor(f"{self._table}_off_by") or 0,
            exact=count <= EXACT_UP_TO,
            called_at=self._pull.cursor(f"{self._table}_called_at"),
            now=self._pull.now(),
        )

    def _expected(self) -> Iterator[str]:
        """Stream the ids that should be alive after this pull."""
        yield from self._live
        for (key,) in self._pull.known.keys(self._table):
            if key not in self._live and key not in self._gone:
                yield key

    def _looked_up(self, keys: Sequence[str]) -> list[Record]:
        found = shaped(self._table, self._api.some(self._table, keys))
        there = {str(row.get("id")) for row in found}
        now = self._pull.now().isoformat()
        gone = [Gone(id=int(key), deleted_at=now) for key in keys if key not in there]
        return [*found, *gone]


def must_call(
    difference: int, *, off_by: int, exact: bool, called_at: str | None, now: datetime
) -> bool:
    """Say whether a roll call is due.

    An exact count that differs by anything else than after the last call tells that somebody
    came or went unseen. An estimate tells nothing, so those tables are called once a week.
    """
    if exact:
        return difference != off_by
    return called_at is None or now - datetime.fromisoformat(called_at) >= SWEEP_ESTIMATED_EVERY
