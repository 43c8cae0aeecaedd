"""One table in one pull: what changed of it, and who is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from core.pull import Gone, Page, Pull, Record, each
from sources._sightings import Sightings, chunks
from sources._sweeps import Sweeps
from sources.dynamics.api import Environment, ExpiredError, UntrackedError, Walk, between, literal
from sources.dynamics.rows import changed_at, gone, row
from sources.dynamics.tables import Kind

# Without change tracking: transactions end after they were stamped, clocks of servers differ.
HOLD_BACK = timedelta(hours=1)
# Ids in one question: each is 36 characters and its column's name.
LOOKED_UP_AT_ONCE = 50
AS_LARGE_AS_A_WHOLE = 0.5


class Reading:
    """One table in one pull.

    Cursors: ``<table>`` is its delta link, ``<table>_at`` when that was given;
    ``<table>_modified`` is the newest ``modifiedon`` of a table without change tracking.
    """

    def __init__(self, api: Environment, pull: Pull, kind: Kind, delta_days: float) -> None:
        self._api, self._pull, self._kind = api, pull, kind
        self._good_for = timedelta(days=delta_days)
        self._seen = Sightings(kind.table, pull.known)

    def pages(self) -> Iterator[Page]:
        """Yield what changed; then those who are gone, but not when a window is read."""
        if self._pull.window:
            yield from self._modified(self._pull.since, self._pull.until)
            return
        link = self._link()
        try:
            if link:
                yield from self._changed(link)
            else:
                yield from self._whole()
        except ExpiredError:
            yield from self._whole()
        except UntrackedError:
            yield from self._untracked()
        yield from self._counted()

    def _link(self) -> str:
        """Return the delta link, unless it is so old that its answer could lack deletions."""
        table, pull = self._kind.table, self._pull
        link, given = pull.cursor(table), pull.cursor(f"{table}_at")
        if not link or not given:
            return ""
        return link if pull.now() - datetime.fromisoformat(given) < self._good_for else ""

    def _whole(self) -> Iterator[Page]:
        """Read everything; whom we hold and did not see is looked up."""
        try:
            yield from self._walked(self._api.whole(self._kind))
        except UntrackedError:
            yield from self._untracked()
            return
        yield from self._looked_up(self._seen.missing(set(self._seen.alive)))

    def _changed(self, link: str) -> Iterator[Page]:
        """Read a delta. One as large as the table is one that may have left deletions out."""
        yield from self._walked(self._api.changes(link))
        held = self._pull.known.count(self._kind.table)
        if held and len(self._seen.alive) >= AS_LARGE_AS_A_WHOLE * held:
            yield from self._looked_up(self._seen.missing(set(self._seen.alive)))

    def _walked(self, walk: Walk) -> Iterator[Page]:
        """Yield the pages of a walk; the cursor moves when all have come."""
        began = self._pull.now()
        for page in walk.pages:
            ends = [own for own in map(gone, page) if own]
            yield self.noted(record for record in page if not gone(record))
            yield self._ended(ends)
        self._pull.advance(self._kind.table, walk.link)
        self._pull.advance(f"{self._kind.table}_at", literal(began))

    def _untracked(self) -> Iterator[Page]:
        """Read by ``modifiedon``: everything the first time."""
        cursor = self._pull.cursor(f"{self._kind.table}_modified")
        since = datetime.fromisoformat(cursor) - HOLD_BACK if cursor else None
        yield from self._modified(since, None)
        if since is None:
            yield from self._looked_up(self._seen.missing(set(self._seen.alive)))

    def _modified(self, since: datetime | None, until: datetime | None) -> Iterator[Page]:
        newest, began = since, self._pull.now()
        order = f"modifiedon,{self._kind.key}"
        for page in self._api.found(self._kind, between(since, until), order=order):
            yield self.noted(page)
            newest = max(filter(None, (newest, *map(changed_at, page))), default=None)
        if newest:
            before = self._pull.cursor(f"{self._kind.table}_modified") or ""
            reached = max(literal(min(newest, began)), before)
            self._pull.advance(f"{self._kind.table}_modified", reached)

    def noted(self, page: Iterable[Record]) -> list[Record]:
        """Return records as rows, and remember who lives."""
        rows, key = each(self._row, list(page)), self._kind.key
        named = [found for found in rows if found.get(key)]
        self._seen.see({"id": found[key]} for found in named if not found.get("deleted_at"))
        self._seen.lose(str(found[key]) for found in named if found.get("deleted_at"))
        return rows

    def _row(self, record: Record) -> Record:
        found = row(record)
        own = found.get("_transactioncurrencyid_value")
        if self._kind.has_amounts and isinstance(own, str):
            found["isocurrencycode"] = self._api.currency(own) or None
        return found

    def _ended(self, ids: Iterable[str]) -> list[Gone]:
        """Tell records gone; what came and went between two pulls was never ours."""
        ours = self._seen.held(ids)
        self._seen.lose(ours)
        now = literal(self._pull.now())
        return [Gone({self._kind.key: own, "deleted_at": now}) for own in sorted(ours)]

    def _counted(self) -> Iterator[Page]:
        """Read every id where the count is not ours."""
        sweeps, count = Sweeps(self._kind.table, self._pull), self._api.count(self._kind)
        if sweeps.is_due(count, self._seen.expected()):
            yield from self._swept()
            sweeps.done(count, self._seen.expected())

    def _swept(self) -> Iterator[Page]:
        listed: set[str] = set()
        key = self._kind.key
        for page in self._api.found(self._kind, self._kind.live, select=key):
            listed.update(str(record[key]) for record in page if record.get(key))
        yield from self._looked_up([*self._seen.missing(listed), *self._seen.new(listed)])

    def _looked_up(self, ids: Iterable[str]) -> Iterator[Page]:
        """Look at records one by one: there, merged, or gone."""
        key = self._kind.key
        for chunk in chunks(ids, LOOKED_UP_AT_ONCE):
            there: set[str] = set()
            where = [" or ".join(f"{key} eq {own}" for own in chunk)]
            for page in self._api.found(self._kind, where):
                there.update(str(record.get(key)) for record in page)
                yield self.noted(page)
            yield self._ended(own for own in chunk if own not in there)
