"""Records that left the live list: archived, restored, purged; every sign, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.pull import Gone, Page, Record
from sources._sightings import chunks
from sources.hubspot.api import BATCH_LIMIT
from sources.hubspot.objects import Reading
from sources.hubspot.times import moment, zulu

# Archived records can be restored for 90 days.
RESTORABLE = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Absences:
    """What is no longer there of one type of record, after its changes were read."""

    reading: Reading

    def pages(self) -> Iterator[Page]:
        """Yield those archived, restored and purged.

        A purge leaves nothing but a smaller count. A count that differs is no proof, for the
        index trails: first we catch up, then we list every id and look up those we miss.
        """
        reading = self.reading
        if reading.pull.window:
            return
        archived: set[str] = set()
        for page, _ in reading.listing(reading.names, archived=True):
            archived |= _ids(page)
            yield self._archived(page)
        yield from self._restored(archived)
        if reading.pull.full:
            yield from self._looked_up(reading.seen.missing(set(reading.seen.alive)))
        elif reading.search.total() != reading.seen.expected():
            yield from reading.changed()
            if reading.search.total() != reading.seen.expected():
                yield from self._swept()

    def _archived(self, page: list[Record]) -> Page:
        """Mark archived records as deleted; what we knew of their merging is kept."""
        ids, kind = _ids(page), self.reading.kind.name
        self.reading.seen.lose(ids)
        held = self.reading.pull.known.rows(kind, [(each,) for each in sorted(ids)])
        merged = {row["id"]: row.get("merged_into") for row in held}
        return [
            {
                **row,
                "deleted_at": row.get("archivedAt") or row.get("updatedAt"),
                "merged_into": merged.get(str(row.get("id"))),
            }
            for row in page
        ]

    def _restored(self, archived: set[str]) -> Iterator[Page]:
        """Look up those we hold as deleted that the archive no longer lists: some may live again.

        Restoring does not always touch the record, so the search may not find them.
        """
        reading = self.reading
        horizon = reading.pull.now() - RESTORABLE
        passed = archived | reading.seen.alive | reading.seen.gone
        for keys in chunks(reading.pull.known.keys(reading.kind.name, deleted=True), 1_000):
            ids = [
                row["id"]
                for row in reading.pull.known.rows(reading.kind.name, keys)
                if row["id"] not in passed
                and not row.get("merged_into")
                and moment(row["deleted_at"]) > horizon
            ]
            for page in reading.portal.read(reading.kind.name, ids, reading.names):
                yield from reading.alive(page)

    def _swept(self) -> Iterator[Page]:
        """List every id, and look up those we miss and those we did not know of."""
        listed: set[str] = set()
        for page, _ in self.reading.listing(["hs_object_id"]):
            listed |= _ids(page)
        seen = self.reading.seen
        yield from self._looked_up([*seen.missing(listed), *seen.new(listed)])

    def _looked_up(self, ids: list[str]) -> Iterator[Page]:
        reading = self.reading
        for chunk in chunks(ids, BATCH_LIMIT):
            there: set[str] = set()
            for page in reading.portal.read(reading.kind.name, chunk, reading.names):
                there |= _ids(page)
                yield from reading.alive(page)
            gone = [each for each in chunk if each not in there]
            reading.seen.lose(gone)
            yield [Gone(id=each, deleted_at=zulu(reading.pull.now())) for each in gone]


def _ids(page: list[Record]) -> set[str]:
    """Return the ids of ``page``; a record without one is quarantined elsewhere."""
    return {str(row["id"]) for row in page if row.get("id")}
