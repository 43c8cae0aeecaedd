"""Who is no longer at Zoho, and who is there again: what is told, and what only a count shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from core.pull import Gone, Page, Pull, Record
from sources._sightings import Sightings
from sources.zoho.api import Api

# A deletion may show in the list a little after it happened.
HOLD_BACK = timedelta(hours=1)


class Absences:
    """What is no longer there of one module, after its changes were read.

    Cursors: ``<table>_deleted`` is when the list of the deleted was last read; ``<table>_off_by``
    is by how much Zoho's count differed from ours after all ids were read.
    """

    def __init__(
        self, api: Api, pull: Pull, module: str, fields: list[list[str]], seen: Sightings
    ) -> None:
        self._api, self._pull, self._module = api, pull, module
        self._fields, self._seen, self._table = fields, seen, seen.table

    def pages(self, catch_up: Callable[[], Iterator[Page]]) -> Iterator[Page]:
        """Yield those deleted, restored and lost.

        A count that differs is no proof, because people work while we read: first we catch up,
        then every id is read, and what is missing is looked up.
        """
        yield from self._told()
        if self._pull.full:
            yield from self._looked_up(self._seen.missing(set(self._seen.alive)))
        if self._agrees():
            return
        yield from catch_up()
        if self._agrees():
            return
        yield from self._swept()
        self._pull.advance(f"{self._table}_off_by", self._difference())

    def _told(self) -> Iterator[Page]:
        """Yield a Gone for each listed record that we take to be alive."""
        mark, began = f"{self._table}_deleted", self._pull.now()
        for page in self._api.deleted(self._module, self._since(mark, began)):
            moments = {str(row["id"]): row.get("deleted_time") for row in page if row.get("id")}
            gone = self._ours(moments)
            self._seen.lose(gone)
            yield [Gone(id=each, deleted_at=moments[each] or began.isoformat()) for each in gone]
        self._pull.advance(mark, began.isoformat())

    def _since(self, mark: str, began: datetime) -> datetime | None:
        """Return from when on; before the first pull nothing can be missing, in a full one all."""
        cursor = self._pull.cursor(mark)
        if cursor:
            return datetime.fromisoformat(cursor) - HOLD_BACK
        is_first = self._pull.known.count(self._table) == 0
        return began - HOLD_BACK if is_first else None

    def _ours(self, ids: Iterable[str]) -> list[str]:
        keys = [(each,) for each in ids]
        held = self._pull.known.rows(self._table, keys) if keys else []
        live = {row["id"] for row in held if row.get("deleted_at") is None}
        return [key for (key,) in keys if key in live or key in self._seen.alive]

    def _agrees(self) -> bool:
        return self._difference() == (self._pull.cursor(f"{self._table}_off_by") or 0)

    def _difference(self) -> int:
        return self._api.count(self._module) - self._seen.expected()

    def _swept(self) -> Iterator[Page]:
        """Read every id, and look up those we miss and those we did not know of."""
        listed: set[str] = set()
        for ids in self._api.ids(self._module):
            listed.update(ids)
        yield from self._looked_up([*self._seen.missing(listed), *self._seen.new(listed)])

    def _looked_up(self, ids: list[str]) -> Iterator[Page]:
        there: set[str] = set()
        for page in self._api.some(self._module, self._fields, ids):
            there |= _ids(page)
            self._seen.see(page)
            yield page
        gone = self._ours(each for each in ids if each not in there)
        self._seen.lose(gone)
        now = self._pull.now().isoformat()
        yield [Gone(id=each, deleted_at=now) for each in gone]


def _ids(page: list[Record]) -> set[str]:
    return {str(row["id"]) for row in page if row.get("id")}
