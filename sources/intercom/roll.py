"""Who is gone: Intercom deletes and merges without a trace, so it is counted, then listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.pull import For, Gone, Page, Pull, Record
from sources._sightings import Sightings, chunks
from sources.intercom.api import Api

LOOK_UPS = 50
Take = Callable[[list[Record]], Iterable[Page | For]]


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll call of contacts or of conversations.

    Cursor ``<table>_off_by`` is by how much Intercom's total differed from what we held right after
    the last roll call: it may count what it does not list.

    Attributes:
        api: Whom to ask.
        pull: What this pull may ask, remember and yield.
        seen: What this pull saw so far.
    """

    api: Api
    pull: Pull
    seen: Sightings

    def pages(self, take: Take) -> Iterator[Page | For]:
        """Call the roll if the total says so; ``take`` makes pages of rows that were not read."""
        table = self.seen.table
        total = self.api.total(table)
        is_right = total is None or total - self.seen.expected() == self._off_by()
        if is_right and not self.pull.full:
            return
        ours, listed = set(self.seen.live()), set[str]()
        for rows in self.api.listed(table):
            listed.update(str(row.get("id")) for row in rows)
            yield from take([row for row in rows if str(row.get("id")) not in ours])
        for keys in chunks(sorted(ours - listed), LOOK_UPS):
            yield from self._looked_up(keys, take)
        if total is not None:
            self.pull.advance(f"{table}_off_by", total - self.seen.expected())

    def _off_by(self) -> int:
        return int(self.pull.cursor(f"{self.seen.table}_off_by") or 0)

    def _looked_up(self, keys: list[str], take: Take) -> Iterator[Page | For]:
        at, found, gone = self.pull.now().isoformat(), list[Record](), list[str]()
        for key in keys:
            row = self.api.one(self.seen.table, key)
            if row is None or row.get("archived") is True:
                gone.append(key)
            else:
                found.append(row)
        self.seen.lose(gone)
        yield [Gone(id=key, deleted_at=at) for key in gone]
        yield from take(found)
