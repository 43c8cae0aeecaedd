"""Contacts: alive, blocked, deleted, and merged into one another."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from core.pull import Gone, Page, Pull, Record
from sources._sightings import Sightings, chunks
from sources.freshdesk.api import Api
from sources.freshdesk.times import ended, moment, zulu

HOLD_BACK = timedelta(hours=1)
# A contact that was destroyed leaves nothing but its absence from the whole list.
WHOLE_EVERY = timedelta(days=7)
MOST_PASSES = 3


@dataclass(slots=True)
class Contacts:
    """The contacts of one pull.

    The list is in no order that a document tells, so the cursor is the hour we began.

    Attributes:
        api: Whom to ask.
        pull: What this pull may ask, remember and yield.
        seen: Which contacts were seen alive, and which are gone.
        absorbed: E-mail -> the contact that has newly got it beside its own.
        last_end: When the last of those newly told gone went.
    """

    api: Api
    pull: Pull
    seen: Sightings
    absorbed: dict[str, str] = field(default_factory=dict)
    last_end: str = ""

    def pages(self) -> Iterator[Page]:
        """Read what changed, or, the first time and once a week, every contact."""
        began = self.pull.now()
        start = self._start(began)
        params = {"_updated_since": zulu(start)} if start else {}
        count = yield from self._listed(params)
        if not self.pull.window:
            merged = self._merged()
            yield from self._deleted(params, merged)
            yield from self._unlisted(merged)
        if count > 1 and self._is_stirred(began):
            yield from self._again(params)
        if not self.pull.window and start is None:
            yield from self._missing()
            self.pull.advance("contacts_whole_at", zulu(began))
        self.pull.advance("contacts", zulu(began))

    def _start(self, now: datetime) -> datetime | None:
        """Return the change to start from; None for the whole list."""
        if self.pull.window:
            return self.pull.since
        cursor = moment(self.pull.cursor("contacts"))
        whole = moment(self.pull.cursor("contacts_whole_at"))
        is_due = cursor is None or whole is None or now - whole >= WHOLE_EVERY
        return None if cursor is None or is_due else cursor - HOLD_BACK

    def _listed(self, params: dict[str, str]) -> Generator[Page, None, int]:
        """Yield who is alive, blocked or not; return how many pages the longer list took."""
        most = 0
        for state, is_blocked in ({}, False), ({"state": "blocked"}, True):
            for number, rows in enumerate(self.api.pages("contacts", **params, **state), start=1):
                most = max(most, number)
                self.seen.see(rows)
                self._note_emails(rows)
                yield [{**row, "blocked": is_blocked} for row in rows]
        return most

    def _note_emails(self, rows: list[Record]) -> None:
        """Note which contacts have further addresses that they did not have before."""
        further = {str(row.get("id")): emails for row in rows if (emails := others(row))}
        held = self.pull.known.rows("contacts", [(key,) for key in further])
        before = {str(row["id"]): others(row) for row in held}
        for key, emails in further.items():
            for email in emails - before.get(key, set()):
                self.absorbed[email] = key

    def _merged(self) -> dict[str, str]:
        """Return loser -> winner: who had an address that somebody else has now."""
        found: dict[str, str] = {}
        if not self.absorbed:
            return found
        for keys in chunks(self.pull.known.keys("contacts"), 1_000):
            for row in self.pull.known.rows("contacts", keys):
                winner = self.absorbed.get(str(row.get("email") or "").lower())
                if winner and winner != str(row["id"]):
                    found[str(row["id"])] = winner
        return found

    def _deleted(self, params: dict[str, str], merged: dict[str, str]) -> Iterator[Page]:
        """Yield who was deleted; those we hold as deleted already stay as they are."""
        for rows in self.api.pages("contacts", **params, state="deleted"):
            ids = [str(row["id"]) for row in rows if row.get("id")]
            self.seen.lose(ids)
            held = self.pull.known.rows("contacts", [(key,) for key in ids])
            known = {str(row["id"]): row for row in held}
            yield [
                self._ended(row, known.get(str(row.get("id"))), merged)
                for row in rows
                if (known.get(str(row.get("id"))) or {}).get("deleted_at") is None
            ]

    def _ended(self, row: Record, held: Record | None, merged: dict[str, str]) -> Record:
        winner = merged.get(str(row.get("id")))
        at = ended(row, held, self.pull.now())
        self.last_end = max(self.last_end, at)
        return {**row, "deleted_at": at, "merged_into": int(winner) if winner else None}

    def _unlisted(self, merged: dict[str, str]) -> Iterator[Page]:
        """Look up losers that no list told of; an address may just have moved."""
        losers = [key for key in merged if key not in self.seen.alive | self.seen.gone]
        yield list(self._looked_up(losers, merged))

    def _looked_up(self, keys: list[str], merged: dict[str, str]) -> Iterator[Record]:
        at = zulu(self.pull.now())
        for key in keys:
            row = self.api.one("contacts", key)
            if row is None:
                winner = merged.get(key)
                self.seen.lose([key])
                yield Gone(id=int(key), deleted_at=at, merged_into=int(winner) if winner else None)
            elif row.get("deleted"):
                self.seen.lose([key])
                yield self._ended(row, None, merged)
            else:
                self.seen.see([row])
                yield row

    def _is_stirred(self, began: datetime) -> bool:
        """Say whether anything changed while we read: rows may then have slipped past us."""
        since = zulu(began - timedelta(minutes=1))
        is_gone = self.last_end >= since
        return is_gone or bool(self.api.page("contacts", 1, _updated_since=since)[0])

    def _again(self, params: dict[str, str]) -> Iterator[Page]:
        """Read the lists again until a pass shows nobody new."""
        for _ in range(1, MOST_PASSES):
            before = len(self.seen.alive)
            yield from self._listed(params)
            if len(self.seen.alive) == before:
                return

    def _missing(self) -> Iterator[Page]:
        """Look up whom we hold alive and no list shows."""
        for keys in chunks(self.seen.missing(self.seen.alive), 100):
            yield list(self._looked_up(keys, {}))


def others(row: Record) -> set[str]:
    """Return a contact's further addresses, as Freshdesk gives them or as we hold them."""
    value = row.get("other_emails") or []
    if isinstance(value, str):
        value = orjson.loads(value) if value.startswith("[") else []
    return {str(one).lower() for one in value} if isinstance(value, list) else set()
