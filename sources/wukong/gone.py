"""Who is no longer at WuKong: nothing tells, so we count, list and look up, in this order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from core.pull import For, Gone, Page, Pull, Record
from sources._sightings import Sightings, chunks
from sources.wukong.api import LIST_PAGE, Api, Face
from sources.wukong.tables import MODULES


class Module(Protocol):
    """One module, as it is read."""

    seen: Sightings

    @property
    def converted(self) -> int:
        """How many leads this pull saw converted that were not when it began."""
        ...

    def changed(self) -> Iterator[Page | For]:
        """Yield what changed since the last pull."""
        ...

    def everything(self) -> Iterator[tuple[Page | For, set[str]]]:
        """Yield every list whole, each page with the ids on it."""
        ...

    def made(self, face: Face, page: list[Record]) -> Iterator[Page | For]:
        """Yield a page as rows."""
        ...


class Roll:
    """A roll call of one module, held when WuKong's total is not ours.

    Cursors: ``<table>_off_by`` is by how much the totals differed after the last roll call, for
    there may be records that we may read by id and not list; ``leads_transformed`` is how many
    leads were converted: converting one changes no total, and perhaps no time of change.
    """

    def __init__(self, api: Api, pull: Pull, table: str, module: Module) -> None:
        self._api, self._pull, self._table, self._module = api, pull, table, module
        self._seen = module.seen
        self._transformed: int | None = None

    def pages(self) -> Iterator[Page | For]:
        """Yield who is gone, and whoever came or came back unseen."""
        if self._pull.full:
            yield from self._looked_up(self._seen.missing(set(self._seen.alive)))
        if not self._agrees():
            yield from self._module.changed()
            if not self._agrees():
                yield from self._called()
                self._pull.advance(f"{self._table}_off_by", self._difference())
        self._pull.advance("leads_transformed", self._transformed)

    def _agrees(self) -> bool:
        off_by = self._pull.cursor(f"{self._table}_off_by") or 0
        return self._difference() == off_by and self._conversions_agree()

    def _difference(self) -> int:
        totals = {
            face.name: self._api.page(face, [], 1, limit=1).total
            for face in self._api.faces(self._table)
        }
        self._transformed = totals.get("leads_converted")
        return sum(totals.values()) - self._seen.expected()

    def _conversions_agree(self) -> bool:
        """Say whether as many leads were converted as we saw come into that list."""
        before = self._pull.cursor("leads_transformed")
        if self._transformed is None or before is None:
            return True
        return bool(self._transformed == before + self._module.converted)

    def _called(self) -> Iterator[Page | For]:
        """Yield every list, then look up those that no list had."""
        listed: set[str] = set()
        for page, ids in self._module.everything():
            listed |= ids
            yield page
        yield from self._looked_up(self._seen.missing(listed))

    def _looked_up(self, ids: list[str]) -> Iterator[Page | For]:
        """Ask for many by id, then for each that is still missing: only that proves a deletion."""
        for chunk in chunks(ids, LIST_PAGE):
            found = self._api.some(self._table, chunk)
            yield from self._module.made(self._api.faces(self._table)[0], found)
            there = {str(row.get(MODULES[self._table].key)) for row in found}
            absent = [each for each in chunk if each not in there]
            gone = [each for each in absent if self._api.one(self._table, each) is None]
            self._seen.lose(gone)
            now = self._pull.now().isoformat()
            yield [Gone(id=int(each), deleted_at=now) for each in gone]
