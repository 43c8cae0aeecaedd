"""Tickets, what was said on them, and which are in the bin or taken for spam."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.errors import VendorBusyError, VendorRefusedError
from core.pull import For, Gone, Page, Pull, Record
from sources._settled import settled
from sources._sightings import Sightings, chunks
from sources.freshdesk.api import NOT_FOUND, Api
from sources.freshdesk.times import EPOCH, ended, moment, zulu
from sources.freshdesk.walk import Walk, newest

# Rows appear behind the cursor when Freshdesk's replicas trail; an hour costs few pages.
HOLD_BACK = timedelta(hours=1)
# The bin and the spam folder are emptied of what is older than 30 days.
BINNED_FOR = timedelta(days=31)
MOST_LOOK_UPS = 100
CLOSED = 5


@dataclass(slots=True)
class Tickets:
    """The tickets of one pull.

    Attributes:
        api: Whom to ask.
        pull: What this pull may ask, remember and yield.
        conversations: Whether to read what was said: a call for every ticket that changed.
        also: What to include beside the plain ticket.
        seen: Which tickets were seen alive, and which in the bin.
        heard: Ticket -> ids of all that was said on it, where that was read.
    """

    api: Api
    pull: Pull
    conversations: bool
    also: str
    seen: Sightings
    heard: dict[str, set[str]] = field(default_factory=dict)

    def pages(self) -> Iterator[Page | For]:
        """Read what changed, then what left the list, then what was unsaid."""
        walk = Walk(self.api, also=self.also)
        for rows in walk.since(self._start()):
            yield from self._taken(rows)
            reached = newest(rows)
            self._advance(reached)
            if self.pull.until and reached and reached >= self.pull.until:
                break
        if not self.pull.window:
            yield from self._aside()
        yield For("conversations", self._unsaid())
        self._tell(walk.crowded)

    def _start(self) -> datetime:
        """Return where to start. Never nothing: Freshdesk then lists the last 30 days alone."""
        if self.pull.window:
            return self.pull.since or EPOCH
        cursor = moment(self.pull.cursor("tickets"))
        return cursor - HOLD_BACK if cursor else EPOCH

    def _advance(self, reached: datetime | None) -> None:
        """Move the cursor to ``reached``, never back and never past Freshdesk's hour."""
        if reached is None:
            return
        cursor = moment(self.pull.state.get("tickets"))
        reached = min(reached, self.pull.now())
        if cursor is None or reached > cursor:
            self.pull.advance("tickets", zulu(reached))

    def _taken(self, rows: list[Record]) -> Iterator[Page | For]:
        """Yield what was said on tickets before the tickets: a pull that dies comes back to it."""
        self.seen.see(rows)
        for key in self._news(rows):
            yield from self._said(key)
        yield rows

    def _news(self, rows: list[Record]) -> list[str]:
        """Return which tickets changed since we read what was said on them."""
        stamps = {str(row["id"]): moment(row.get("updated_at")) for row in rows if row.get("id")}
        wanted = [key for key in stamps if key not in self.heard] if self.conversations else []
        if self.pull.full or self.pull.window or not wanted:
            return wanted
        held = self.pull.known.rows("tickets", [(key,) for key in wanted])
        kept = {
            key
            for row in held
            if stamps[key := str(row["id"])] == moment(row.get("updated_at"))
            and settled(row, stamps[key])
        }
        return [key for key in wanted if key not in kept]

    def _said(self, key: str) -> Iterator[For]:
        """Read all that was said on one ticket; a ticket that is gone by now says nothing."""
        said: set[str] = set()
        try:
            for page in self.api.pages(f"tickets/{key}/conversations"):
                said |= {str(row["id"]) for row in page if row.get("id")}
                yield For("conversations", page)
        except VendorRefusedError as error:
            if error.status != NOT_FOUND:
                raise
            return
        self.heard[key] = said

    def _unsaid(self) -> list[Record]:
        """Tell of what we hold as said on a ticket and is said there no more."""
        if not self.heard:
            return []
        at = zulu(self.pull.now())
        return [
            Gone(ticket_id=int(ticket), id=int(key), deleted_at=at)
            for ticket, key in self.pull.known.keys("conversations")
            if ticket in self.heard and key not in self.heard[ticket]
        ]

    def _aside(self) -> Iterator[Page | For]:
        """Read the spam folder and the bin, both whole: a move there may leave no other trace."""
        for rows in Walk(self.api, "spam", self.also).since(EPOCH):
            self.seen.see(rows)
            yield rows
        for rows in Walk(self.api, "deleted", self.also).since(EPOCH):
            yield self._binned(rows)
        yield from self._restored()
        if self.pull.full:
            yield self._missing()

    def _binned(self, rows: list[Record]) -> Page:
        """Mark tickets in the bin as deleted; those we hold so already keep their moment."""
        ids = [str(row["id"]) for row in rows if row.get("id")]
        self.seen.lose(ids)
        held = {str(row["id"]): row for row in self.pull.known.rows("tickets", [(k,) for k in ids])}
        found = []
        for row in rows:
            known = held.get(str(row.get("id")))
            if known is None or known.get("deleted_at") is None:
                found.append({**row, "deleted_at": ended(row, known, self.pull.now())})
        return found

    def _restored(self) -> Iterator[Page | For]:
        """Look up what left the bin of late: it was taken out again, or destroyed."""
        horizon = self.pull.now() - BINNED_FOR
        passed = self.seen.alive | self.seen.gone
        left: list[tuple[datetime, str]] = []
        for keys in chunks(self.pull.known.keys("tickets", deleted=True), 1_000):
            for row in self.pull.known.rows("tickets", keys):
                at = moment(row["deleted_at"])
                if at and at > horizon and str(row["id"]) not in passed:
                    left.append((at, str(row["id"])))
        for _, key in sorted(left, reverse=True)[:MOST_LOOK_UPS]:
            included = {"include": self.also} if self.also else {}
            found = self.api.one("tickets", key, **included)
            if found and not found.get("deleted"):
                yield from self._taken([found])

    def _missing(self) -> Page:
        """Look up tickets that a complete list did not show; archived ones are all closed."""
        at = zulu(self.pull.now())
        listed = self.seen.alive | self.seen.gone
        gone = []
        for keys in chunks(self.seen.missing(listed), 1_000):
            for row in self.pull.known.rows("tickets", [(key,) for key in keys]):
                key = str(row["id"])
                if row.get("status") != CLOSED and self.api.one("tickets", key) is None:
                    gone.append(Gone(id=int(key), deleted_at=at))
        return gone

    def _tell(self, crowded: datetime | None) -> None:
        """Say, once for each, that a second had more tickets than Freshdesk shows."""
        told = moment(self.pull.cursor("tickets_crowded"))
        if crowded is None or (told and crowded <= told):
            return
        self.pull.advance("tickets_crowded", zulu(crowded))
        raise VendorBusyError(
            "freshdesk: more tickets than 300 pages hold were changed in the second"
            f" {zulu(crowded)}; the rest of that second cannot be read"
        )
