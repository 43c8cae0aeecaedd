"""Contacts: listed the first time, then searched by days and sifted by seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.pull import For, Page, Pull, Record
from sources._settled import settled
from sources._sightings import Sightings
from sources.intercom.api import Api, changed
from sources.intercom.roll import Roll
from sources.intercom.times import moment, newest, second

DAY = 86_400
# A search reads whole days, in a zone we need not know: two days earlier is early in any of them.
EARLIER = 2 * DAY
# New contacts are missing from searches for minutes.
HOLD_BACK = int(timedelta(hours=1).total_seconds())
NESTED = ("companies", "tags")


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of one pull.

    Attributes:
        api: Whom to ask.
        pull: What this pull may ask, remember and yield.
        seen: Which contacts were seen.
    """

    api: Api
    pull: Pull
    seen: Sightings

    def pages(self) -> Iterator[Page | For]:
        """Read who changed, then call the roll if the total says so."""
        if self.pull.window:
            since = int(self.pull.since.timestamp()) if self.pull.since else 0
            until = int(self.pull.until.timestamp()) if self.pull.until else None
            yield from self._searched(since, until)
            return
        cursor = self.pull.cursor("contacts")
        if cursor is None:
            yield from self._listed()
        else:
            yield from self._searched(int(cursor) - HOLD_BACK, None)
        yield from Roll(self.api, self.pull, self.seen).pages(self._taken)

    def _listed(self) -> Iterator[Page]:
        """Read the whole list, which is in no order of changes: the cursor is when we began."""
        began = int(self.pull.now().timestamp())
        for rows in self.api.listed("contacts"):
            yield from self._taken(rows)
        self.pull.advance("contacts", began)

    def _searched(self, since: int, until: int | None) -> Iterator[Page]:
        terms = [changed(">", since - EARLIER)]
        if until is not None:
            terms.append(changed("<", until + EARLIER))
        for rows in self.api.searched("contacts", *terms):
            yield from self._taken([row for row in rows if is_wanted(row, since, until)])
            self._advance(newest(rows))

    def _advance(self, reached: int | None) -> None:
        """Move the cursor to ``reached``, never back and never past Intercom's hour."""
        if reached is not None:
            reached = min(reached, int(self.pull.now().timestamp()))
            self.pull.advance("contacts", max(reached, self.pull.state.get("contacts") or 0))

    def _taken(self, rows: list[Record]) -> Iterator[Page]:
        """Yield contacts with all their companies and tags, of which lists show ten.

        Where there are more and nothing changed we keep what we have: it is complete.
        """
        self.seen.see(rows)
        short = [row for row in rows if row.get("id") and any(is_cut(row, n) for n in NESTED)]
        kept = self._unchanged(short)
        by_id = {str(row["id"]): self._whole(row) for row in short if str(row["id"]) not in kept}
        left = [row for row in rows if str(row.get("id")) not in kept]
        yield [by_id.get(str(row.get("id")), row) for row in left]

    def _unchanged(self, rows: list[Record]) -> set[str]:
        if self.pull.full or self.pull.window:
            return set()
        stamps = {str(row["id"]): moment(second(row)) for row in rows}
        held = self.pull.known.rows("contacts", [(key,) for key in stamps]) if stamps else []
        return {
            row["id"]
            for row in held
            if row.get("deleted_at") is None
            and row.get("updated_at") == stamps[row["id"]]
            and settled(row, stamps[row["id"]])
        }

    def _whole(self, row: Record) -> Record:
        filled = dict(row)
        for name in NESTED:
            if is_cut(row, name):
                found = self.api.attached(str(row["id"]), name)
                links = [{"type": name, "id": one.get("id")} for one in found]
                filled[name] = {**row[name], "data": links, "has_more": False}
        return filled


def is_wanted(row: Record, since: int, until: int | None) -> bool:
    """Sift by seconds what was found by days; a stamp that no search can have meant is kept."""
    at = second(row)
    if at is None or at < since - 2 * EARLIER:
        return True
    return at >= since and (until is None or at < until)


def is_cut(row: Record, name: str) -> bool:
    """Say whether a nested list shows ten of more."""
    nested = row.get(name)
    return isinstance(nested, dict) and nested.get("has_more") is True
