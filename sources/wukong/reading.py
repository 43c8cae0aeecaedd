"""One module of WuKong: what changed in all its lists, what was done there, then what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from core.pull import For, Page, Pull, Record
from sources._sightings import Sightings
from sources.wukong.activities import Activities
from sources.wukong.api import Api, Face
from sources.wukong.gone import Roll
from sources.wukong.rows import Shape
from sources.wukong.tables import MODULES
from sources.wukong.walk import Walk

YES = 1


class Reading:
    """One module.

    Args:
        api: Whom to ask.
        pull: What may be asked and remembered.
        table: Such as contacts.
        shape: What records become.
        activities: Whether to read those of each record that was followed up.
    """

    def __init__(self, api: Api, pull: Pull, table: str, shape: Shape, *, activities: bool) -> None:
        self._api, self._pull, self._table, self._shape = api, pull, table, shape
        self._activities = Activities(api, pull, MODULES[table].label, shape)
        self._with_activities = activities
        self.seen = Sightings(table, pull.known)
        self._became: dict[str, object] = {}

    @property
    def converted(self) -> int:
        """How many leads this pull saw converted that were not when it began."""
        return len(self._became)

    def pages(self) -> Iterator[Page | For]:
        """Yield what changed; then, but not when a window is read, who is gone."""
        yield from self.changed()
        if not self._pull.window:
            yield from Roll(self._api, self._pull, self._table, self).pages()
            yield from self._activities.gone(self.seen.gone)

    def changed(self) -> Iterator[Page | For]:
        """Yield what changed in every list."""
        for face in self._api.faces(self._table):
            for page in Walk(self._api, self._pull, face).pages():
                yield from self.made(face, page)

    def everything(self) -> Iterator[tuple[Page | For, set[str]]]:
        """Yield every list whole, each page with the ids on it."""
        for face in self._api.faces(self._table):
            for page in Walk(self._api, self._pull, face).everything():
                ids = {str(row.get(MODULES[self._table].key)) for row in page}
                for made in self.made(face, page):
                    yield made, ids

    def made(self, face: Face, page: list[Record]) -> Iterator[Page | For]:
        """Yield a page as rows, after the activities of those that were followed up anew.

        In this order: rows that are held are not asked about again, so what belongs to them
        must have arrived before.
        """
        rows = self._shape.rows(self._table, page)
        known, again = self._known(rows), self._pull.full or self._pull.window
        if face.is_converted:
            rows = [self._converted(row, known) for row in rows]
        for row in rows if self._with_activities else []:
            if row.get("lastTime") and row.get("id") and (again or _is_news(row, known)):
                yield from self._activities.of(str(row["id"]))
        self.seen.see(rows)
        yield rows

    def _converted(self, row: Record, known: dict[str, Record]) -> Record:
        """Say of a lead that it was converted, and into which customer: lists do not."""
        if not row.get("id"):
            return row
        key = str(row["id"])
        held = known.get(key, {})
        if held.get("is_transform") == YES and held.get("deleted_at") is None:
            return {**row, "isTransform": YES, "customerId": held.get("customer_id")}
        if key not in self._became:
            self._became[key] = (self._api.one(self._table, key) or {}).get("customerId")
        return {**row, "isTransform": YES, "customerId": self._became[key]}

    def _known(self, rows: list[Record]) -> dict[str, Record]:
        keys = [(str(row["id"]),) for row in rows if row.get("id")]
        held = self._pull.known.rows(self._table, keys) if keys else []
        return {str(row["id"]): row for row in held}


def _is_news(row: Record, known: dict[str, Record]) -> bool:
    """Say whether a record changed since we held it: following up stamps it."""
    held = known.get(str(row["id"]), {}).get("update_time")
    return held is None or held.astimezone(UTC).isoformat() != row.get("updateTime")
