"""Contacts, companies and deals: listed the first time, searched from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from core.pull import Gone, Page, Pull, Record
from sources._sightings import Sightings
from sources.hubspot import properties
from sources.hubspot.api import LIST_LIMIT, Portal
from sources.hubspot.search import Search, changes
from sources.hubspot.times import EPOCH, MILLISECOND, moment, zulu

# The search index trails the writes: seconds as a rule, many minutes on a bad day.
HOLD_BACK = timedelta(hours=1)


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
    """One type of record in one pull.

    Attributes:
        portal: Whom to ask.
        pull: What this pull may ask, remember and yield.
        kind: The type.
        seen: What was seen of it so far.
    """

    portal: Portal
    pull: Pull
    kind: Kind
    seen: Sightings

    @cached_property
    def names(self) -> list[str]:
        """The properties to ask for."""
        needed = ("hs_object_id", "hs_merged_object_ids", self.kind.stamp)
        return properties.asked(self.portal, self.kind.name, self.kind.wanted, needed)

    @cached_property
    def search(self) -> Search:
        """The search among the live records."""
        return Search(self.portal, self.kind.name, self.kind.stamp, self.names)

    def changed(self) -> Iterator[Page]:
        """Read what changed since the cursor; everything, by the list, where there is none."""
        cursor = self.pull.cursor(self.kind.name)
        if cursor is None and not self.pull.window:
            yield from self._listed()
            return
        since = moment(cursor) - HOLD_BACK if cursor else self.pull.since or EPOCH
        for page in self.search.since(since, self.pull.until):
            yield from self.alive(page)
            self._advance(changes(page, self.kind.stamp))

    def _listed(self) -> Iterator[Page]:
        """Read the whole list, which is in order of id, so the cursor is the hour we began.

        Where we are in the list is kept as well: a pull that died goes on there.
        """
        bookmark = f"{self.kind.name}_listing"
        left = "" if self.pull.full else str(self.pull.state.get(bookmark, ""))
        began, _, after = left.partition(" ")
        names = self.names
        began = began or zulu(self.pull.now())
        for page, onward in self.listing(names, after=after):
            yield from self.alive(page)
            self.pull.advance(bookmark, f"{began} {onward}")
        self.pull.state.pop(bookmark, None)
        self.pull.advance(self.kind.name, began)

    def listing(
        self, names: list[str], *, after: str = "", archived: bool = False
    ) -> Iterator[tuple[list[Record], str]]:
        """Page through the list; properties too many for a URL are read by id and added."""
        first, *rest = properties.sheets(names)
        params = {"limit": LIST_LIMIT, "properties": ",".join(first), "after": after}
        params["archived"] = "true" if archived else "false"
        for page, onward in self.portal.pages(self.portal.objects(self.kind.name), params):
            for others in rest:
                self._fill(page, others, archived=archived)
            yield page, onward

    def _fill(self, page: list[Record], names: list[str], *, archived: bool) -> None:
        rows = {str(row["id"]): row for row in page if row.get("id")}
        for found in self.portal.read(self.kind.name, rows, names, archived=archived):
            for row in found:
                rows[str(row["id"])]["properties"] |= row["properties"]

    def _advance(self, stamps: list[int]) -> None:
        """Move the cursor to the newest of ``stamps``, never back, never past the vendor's hour."""
        if not stamps:
            return
        reached = min(EPOCH + max(stamps) * MILLISECOND, self.pull.now())
        cursor = self.pull.state.get(self.kind.name)
        if not cursor or reached > moment(cursor):
            self.pull.advance(self.kind.name, zulu(reached))

    def alive(self, page: list[Record]) -> Iterator[Page]:
        """Yield live records, and the end of those that were merged into them.

        A winner names its losers for ever; their end keeps the moment we first heard of.
        """
        self.seen.see(page)
        yield page
        winners = {lost: row for row in page for lost in merged_ids(row)}
        if not winners:
            return
        keys = [(lost,) for lost in winners]
        rows = self.pull.known.rows(self.kind.name, keys)
        ended = {row["id"]: row["deleted_at"] for row in rows if row.get("deleted_at")}
        self.seen.lose(winners)
        yield [
            Gone(
                id=lost,
                deleted_at=zulu(moment(ended.get(lost) or winner["updatedAt"])),
                merged_into=winner["id"],
            )
            for lost, winner in winners.items()
        ]


def merged_ids(row: Record) -> list[str]:
    """Return the ids of the records that were merged into this one.

    ``hs_merged_object_ids`` is a list with semicolons; contacts have an older one beside it that
    carries the moment of each merge after a colon and may name the winner itself.
    """
    values = row.get("properties") or {}
    listed = f"{values.get('hs_merged_object_ids') or ''};"
    listed += f"{values.get('hs_calculated_merged_vids') or ''}"
    ids = dict.fromkeys(part.partition(":")[0].strip() for part in listed.split(";"))
    return [each for each in ids if each.isdecimal() and each != row.get("id")]
