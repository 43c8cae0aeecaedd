"""Contacts, companies and deals: listed once, then searched; archived, merged, restored, purged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from core.errors import VendorBusyError
from core.pull import Gone, Page, Pull, Record
from sources._sightings import Sightings, chunks
from sources.hubspot import properties
from sources.hubspot.api import LIST_LIMIT, SEARCH_LIMIT, Portal, results

# The search index trails the writes: seconds as a rule, many minutes on a bad day.
HOLD_BACK = timedelta(hours=1)
# Archived records can be restored for 90 days.
RESTORABLE = timedelta(days=100)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of record.

    Attributes:
        name: HubSpot's name in paths, and the raw table.
        stamp: The property that says when a record was last changed.
        wanted: Properties to ask for where the portal has them.
    """

    name: str
    stamp: str
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """One type of record in one pull."""

    portal: Portal
    pull: Pull
    kind: Kind
    seen: Sightings

    @cached_property
    def names(self) -> list[str]:
        """The properties to ask for."""
        needed = ("hs_object_id", "hs_merged_object_ids", self.kind.stamp)
        return properties.asked(self.portal, self.kind.name, self.kind.wanted, needed)

    def changed(self) -> Iterator[Page]:
        """Read what changed since the cursor; everything, by the list, where there is none."""
        cursor = self.pull.cursor(self.kind.name)
        if cursor is None and not self.pull.window:
            yield from self._listed()
            return
        since = moment(cursor) - HOLD_BACK if cursor else self.pull.since or EPOCH
        yield from self._searched(millis(since))

    def _listed(self) -> Iterator[Page]:
        """Read the whole list, which is in order of id, so the cursor is the hour we began.

        Where we are in the list is kept as well: a pull that died goes on there.
        """
        bookmark = f"{self.kind.name}_listing"
        left = "" if self.pull.full else str(self.pull.state.get(bookmark, ""))
        began, _, after = left.partition(" ")
        names = self.names
        began = began or zulu(self.pull.now())
        for page, onward in self._list(names, after=after):
            yield from self._alive(page)
            self.pull.advance(bookmark, f"{began} {onward}")
        self.pull.state.pop(bookmark, None)
        self.pull.advance(self.kind.name, began)

    def _list(
        self, names: list[str], *, after: str = "", archived: bool = False
    ) -> Iterator[tuple[list[Record], str]]:
        """Page through the list; properties too many for a URL are read by id and added."""
        first, *rest = properties.sheets(names)
        params = {
            "limit": LIST_LIMIT,
            "properties": ",".join(first),
            "archived": "true" if archived else "false",
            "after": after,
        }
        path = self.portal.objects(self.kind.name)
        for page, onward in self.portal.pages(path, {k: v for k, v in params.items() if v}):
            for others in rest:
                self._fill(page, others, archived=archived)
            yield page, onward

    def _fill(self, page: list[Record], names: list[str], *, archived: bool) -> None:
        rows = {str(row["id"]): row for row in page if row.get("id")}
        for found in self.portal.read(self.kind.name, rows, names, archived=archived):
            for row in found:
                rows[str(row["id"])]["properties"] |= row["properties"]

    def _searched(self, anchor: int) -> Iterator[Page]:
        """Search on from ``anchor`` (ms), each page from the last one's newest change.

        ``after`` counts places, and places shift when a record found earlier changes again; it
        also ends at 10,000. So it is never used. The ties at the anchor are read twice.
        """
        while True:
            answer = self._search("GTE", anchor, sort=self.kind.stamp)
            page = results(answer)
            yield from self._alive(page)
            stamps = changes(page, self.kind.stamp)
            self._advance(stamps)
            if not page or not answer.get("paging"):
                return
            last = stamps[-1] if stamps else anchor
            if last < anchor:
                raise VendorBusyError(f"hubspot: search of {self.kind.name} ignores its filter")
            if last == anchor:
                yield from self._drained(anchor)
                last = anchor + 1
            anchor = last

    def _drained(self, instant: int) -> Iterator[Page]:
        """Read all records of one millisecond, in order of id: an import stamps them alike."""
        last = 0
        while True:
            beyond = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
            answer = self._search("EQ", instant, beyond, sort="hs_object_id")
            page = results(answer)
            yield from self._alive(page)
            if not page or not answer.get("paging"):
                return
            before, last = last, max(int(row.get("id") or 0) for row in page)
            if last <= before:
                raise VendorBusyError(f"hubspot: search of {self.kind.name} ignores its filter")

    def _search(self, operator: str, at: int, *filters: Record, sort: str) -> Record:
        asked = [{"propertyName": self.kind.stamp, "operator": operator, "value": str(at)}]
        if self.pull.until:
            end = str(millis(self.pull.until))
            asked.append({"propertyName": self.kind.stamp, "operator": "LT", "value": end})
        body = {
            "filterGroups": [{"filters": [*asked, *filters]}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": self.names,
            "limit": SEARCH_LIMIT,
        }
        return self.portal.post(f"{self.portal.objects(self.kind.name)}/search", body)

    def _advance(self, stamps: list[int]) -> None:
        """Move the cursor to the newest of ``stamps``, never back, never past the vendor's hour."""
        if not stamps:
            return
        reached = min(EPOCH + max(stamps) * MILLISECOND, self.pull.now())
        cursor = self.pull.state.get(self.kind.name)
        if not cursor or reached > moment(cursor):
            self.pull.advance(self.kind.name, zulu(reached))

    def _alive(self, page: list[Record]) -> Iterator[Page]:
        """Yield live records, and the end of those that were merged into them."""
        self.seen.see(page)
        yield page
        winners = {lost: row for row in page for lost in merged_ids(row)}
        if not winners:
            return
        held = self.pull.known.rows(self.kind.name, [(lost,) for lost in winners])
        known = {row["id"]: row for row in held}
        gone = [
            Gone(
                id=lost,
                deleted_at=text((known.get(lost) or {}).get("deleted_at") or row.get("updatedAt")),
                merged_into=row["id"],
            )
            for lost, row in winners.items()
            if (known.get(lost) or {}).get("merged_into") != row["id"]
        ]
        self.seen.lose(winners)
        yield gone

    def vanished(self) -> Iterator[Page]:
        """Find what left the live list, by every sign there is, the cheapest first."""
        if self.pull.window:
            return
        archived: set[str] = set()
        for page, _ in self._list(self.names, archived=True):
            archived.update(str(row["id"]) for row in page if row.get("id"))
            yield self._archived(page)
        yield from self._restored(archived)
        if self.pull.full:
            yield from self._looked_up(self.seen.missing(set(self.seen.alive)))
        elif self._total() != self.seen.expected():
            yield from self.changed()
            if self._total() != self.seen.expected():
                yield from self._swept()

    def _archived(self, page: list[Record]) -> Page:
        """Mark archived records as deleted; what we knew of their merging is kept."""
        ids = [str(row["id"]) for row in page if row.get("id")]
        self.seen.lose(ids)
        held = self.pull.known.rows(self.kind.name, [(each,) for each in ids]) if ids else []
        merged = {row["id"]: row["merged_into"] for row in held if row.get("merged_into")}
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
        horizon = self.pull.now() - RESTORABLE
        for keys in chunks(self.pull.known.keys(self.kind.name, deleted=True), 1_000):
            rows = self.pull.known.rows(self.kind.name, keys)
            ids = [
                row["id"]
                for row in rows
                if row["id"] not in archived
                and row["id"] not in self.seen.alive
                and not row.get("merged_into")
                and moment(text(row["deleted_at"])) > horizon
            ]
            for page in self.portal.read(self.kind.name, ids, self.names):
                yield from self._alive(page)

    def _total(self) -> int | None:
        path = f"{self.portal.objects(self.kind.name)}/search"
        body: Record = {"filterGroups": [], "sorts": [], "properties": [], "limit": 1}
        return self.portal.post(path, body).get("total")

    def _swept(self) -> Iterator[Page]:
        """List every id, and look up those we miss and those we did not know of."""
        listed = {str(row["id"]) for page, _ in self._list(["hs_object_id"]) for row in page}
        yield from self._looked_up([*self.seen.missing(listed), *self.seen.new(listed)])

    def _looked_up(self, ids: list[str]) -> Iterator[Page]:
        for chunk in chunks(ids, LIST_LIMIT):
            there: set[str] = set()
            for page in self.portal.read(self.kind.name, chunk, self.names):
                there.update(str(row["id"]) for row in page)
                yield from self._alive(page)
            gone = [each for each in chunk if each not in there]
            self.seen.lose(gone)
            yield [Gone(id=each, deleted_at=zulu(self.pull.now())) for each in gone]


def merged_ids(row: Record) -> list[str]:
    """Return the ids of the records that were merged into this one.

    ``hs_merged_object_ids`` is a list with semicolons; contacts have an older one beside it that
    carries the moment of each merge after a colon and may name the winner itself.
    """
    values = row.get("properties") or {}
    listed = f"{values.get('hs_merged_object_ids') or ''};"
    listed += values.get("hs_calculated_merged_vids") or ""
    ids = dict.fromkeys(part.partition(":")[0].strip() for part in listed.split(";"))
    return [each for each in ids if each and each != row.get("id")]


def changes(page: list[Record], stamp: str) -> list[int]:
    """Return when the records of ``page`` were last changed, in milliseconds since 1970.

    A record that does not say is left out: it is kept, or quarantined, but steers nothing.
    """
    found = [(row.get("properties") or {}).get(stamp) or row.get("updatedAt") for row in page]
    return [
        int(value) if str(value).isdecimal() else millis(moment(str(value)))
        for value in found
        if value
    ]


def millis(at: datetime) -> int:
    """Return the milliseconds since 1970: how HubSpot's searches take a time."""
    return (at - EPOCH) // MILLISECOND


def zulu(at: datetime) -> str:
    """Write a moment as HubSpot does, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(value: str) -> datetime:
    """Read a moment as HubSpot writes it."""
    return datetime.fromisoformat(value)


def text(value: Any) -> str:  # noqa: ANN401 - a time, or its text
    """Return a time as text, whichever of both it is."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
