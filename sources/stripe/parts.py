"""Lists inside Stripe's objects that become tables of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.pull import For, Gone, Pull, Record
from sources.stripe.api import PAGE, Api


@dataclass(frozen=True, slots=True)
class Part:
    """A list inside each object of an endpoint.

    Attributes:
        name: The field that holds it.
        table: Its raw table; also its own path, ``/v1/<table>``, where a long one goes on.
        parent: The column, and filter, that names the object it is part of.
        asked_for: Whether Stripe sends it only when asked (``expand``).
        vanishes: Whether a row may disappear from it, as an item does when a plan is changed.
    """

    name: str
    table: str
    parent: str
    asked_for: bool = False
    vanishes: bool = False


class Parts:
    """The parts met in one walk."""

    def __init__(self, api: Api, pull: Pull, part: Part) -> None:
        self._api, self._pull, self._part = api, pull, part
        self._met: dict[str, set[str]] = {}

    def of(self, records: list[Record]) -> Iterator[For]:
        """Take the list out of each record, whole, and yield its rows for their own table."""
        rows: list[Record] = []
        for record in records:
            key = str(record.get("id"))
            inside = record.pop(self._part.name, None)
            if isinstance(inside, dict):
                mine = self._drained(key, inside)
                self._met[key] = {str(row.get("id")) for row in mine}
                rows.extend({**row, self._part.parent: key} for row in mine)
        if rows:
            yield For(self._part.table, rows)

    def vanished(self) -> Iterator[For]:
        """Yield a Gone for each known part that its object, met in this walk, no longer has."""
        if not (self._part.vanishes and self._met):
            return
        now = self._pull.now().isoformat()
        gone = [
            Gone({self._part.parent: parent, "id": key, "deleted_at": now})
            for parent, key in self._pull.known.keys(self._part.table)
            if parent in self._met and key not in self._met[parent]
        ]
        for start in range(0, len(gone), PAGE):
            yield For(self._part.table, gone[start : start + PAGE])

    def _drained(self, key: str, inside: Record) -> list[Record]:
        """Return the whole list: what is inside an object is only its first page."""
        if not inside.get("has_more"):
            return list(inside.get("data") or [])
        pages = self._api.pages(f"/v1/{self._part.table}", {self._part.parent: key})
        return [row for page in pages for row in page]
