"""Conversations and their parts: searched by the second, then read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.pull import For, Gone, Page, Pull, Record
from sources._settled import settled
from sources._sightings import Sightings
from sources.intercom.api import Api, changed
from sources.intercom.roll import Roll
from sources.intercom.times import moment, newest, second

HOLD_BACK = int(timedelta(hours=1).total_seconds())
PARTS = "conversation_parts"


@dataclass(slots=True)
class Conversations:
    """The conversations of one pull.

    Attributes:
        api: Whom to ask.
        pull: What this pull may ask, remember and yield.
        seen: Which conversations were seen.
        heard: Conversation -> ids of all its parts, where they were all read.
        read: Conversations read whole in this pull -> their stamps then.
    """

    api: Api
    pull: Pull
    seen: Sightings
    heard: dict[str, set[str]] = field(default_factory=dict)
    read: dict[str, int | None] = field(default_factory=dict)

    def pages(self) -> Iterator[Page | For]:
        """Read what changed, call the roll if the total says so, and tell what was unsaid."""
        for rows in self.api.searched("conversations", *self._terms()):
            yield from self._taken(rows)
            self._advance(newest(rows))
        if not self.pull.window:
            yield from Roll(self.api, self.pull, self.seen).pages(self._taken)
        yield For(PARTS, self._unsaid())

    def _terms(self) -> list[Record]:
        """Ask from a second early: ``>`` leaves its own second out."""
        if not self.pull.window:
            cursor = self.pull.cursor("conversations")
            return [changed(">", int(cursor) - HOLD_BACK - 1 if cursor else 0)]
        return between(self.pull.since, self.pull.until)

    def _advance(self, reached: int | None) -> None:
        """Move the cursor to ``reached``, never back and never past Intercom's hour."""
        if reached is not None:
            reached = min(reached, int(self.pull.now().timestamp()))
            before = self.pull.state.get("conversations") or 0
            self.pull.advance("conversations", max(reached, before))

    def _taken(self, rows: list[Record]) -> Iterator[Page | For]:
        """Read those that changed whole; parts come first, for a pull that dies comes back.

        A conversation that did not change is not yielded: a search shows less of it than we hold.
        """
        self.seen.see(rows)
        unmoved = self._unmoved(rows)
        taken: list[Record] = []
        for row in rows:
            key = str(row.get("id") or "")
            if not key:
                taken.append(row)
            elif key not in unmoved:
                whole = row if PARTS in row else self.api.one("conversations", key)
                if whole is not None:
                    yield from self._parts(key, whole)
                    taken.append(shaped(whole))
                    self.read[key] = second(row)
        yield taken

    def _unmoved(self, rows: list[Record]) -> set[str]:
        stamps = {str(row["id"]): second(row) for row in rows if row.get("id")}
        again = {key for key in stamps if key in self.read and self.read[key] == stamps[key]}
        if self.pull.full or self.pull.window:
            return again
        held = self.pull.known.rows("conversations", [(key,) for key in stamps])
        return again | {
            row["id"]
            for row in held
            if row.get("deleted_at") is None
            and row.get("updated_at") == moment(stamps[row["id"]])
            and settled(row, moment(stamps[row["id"]]))
        }

    def _parts(self, key: str, whole: Record) -> Iterator[For]:
        """Yield the parts of a conversation; Intercom shows the newest 500."""
        told = whole.get(PARTS)
        parts = told.get(PARTS) if isinstance(told, dict) else None
        if not isinstance(told, dict) or not isinstance(parts, list):
            return
        if told.get("total_count") == len(parts):
            self.heard[key] = {str(part.get("id")) for part in parts}
        yield For(PARTS, [{**part, "conversation_id": key} for part in parts])

    def _unsaid(self) -> list[Record]:
        """Tell of parts we hold of a conversation that are no longer in it."""
        if not self.heard:
            return []
        at = self.pull.now().isoformat()
        return [
            Gone(conversation_id=conversation, id=key, deleted_at=at)
            for conversation, key in self.pull.known.keys(PARTS)
            if conversation in self.heard and key not in self.heard[conversation]
        ]


def between(since: datetime | None, until: datetime | None) -> list[Record]:
    """Ask for what changed in a window, whose end is not in it."""
    terms = [changed(">", int(since.timestamp()) - 1 if since else 0)]
    if until:
        terms.append(changed("<", int(until.timestamp())))
    return terms


def shaped(whole: Record) -> Record:
    """Return a conversation's row: without its parts, with the contact it is with."""
    row = {name: value for name, value in whole.items() if name != PARTS}
    contacts = row.get("contacts")
    there = contacts.get("contacts") if isinstance(contacts, dict) else None
    first = there[0] if isinstance(there, list) and there and isinstance(there[0], dict) else {}
    return {**row, "contact_id": first.get("id")}
