"""From lines to events, each once, and to the people they speak of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.pull import For, Page, Pull, Record
from sources._folder import Found
from sources._json_lines import Line
from sources.events.calls import LONG_AGO, event, received
from sources.events.people import People
from sources.events.tail import Tail

RECENT = 100_000
"""Message ids remembered within a pull: a retry follows soon, and the merge has the rest."""


class Walk:
    """Reads what is new.

    Args:
        tail: The lines.
        pull: What may be asked.
    """

    def __init__(self, tail: Tail, pull: Pull) -> None:
        self._tail, self._pull = tail, pull
        self._people = People(pull.known)
        self._recent: OrderedDict[str, None] = OrderedDict()

    def pages(self) -> Iterator[Page | For]:
        """Yield events, quarantined lines among them, and people and aliases beside them."""
        for file, lines in self._tail.pages():
            calls, rows, refused = self._parted(file, lines)
            yield [*self._first(rows), *refused]
            # Of every call, not of the new ones alone: people may be behind their events.
            people, aliases = self._people.hear(calls)
            yield For("people", people)
            yield For("aliases", aliases)

    def _parted(
        self, file: Found, lines: list[Line]
    ) -> tuple[list[Record], list[Record], list[Record]]:
        """Return the calls of a page, their rows, and what is no event."""
        calls, rows, refused = [], [], []
        for line in lines:
            row = event(line.record) if line.record else {}
            if not line.record or not row.get("message_id"):
                refused.append(_refused(file, line))
            elif self._is_wanted(line.record):
                calls.append(line.record)
                rows.append(row)
        return calls, rows, refused

    def _first(self, rows: list[Record]) -> list[Record]:
        """Keep the first receipt of each message: a retry has another hour of sending."""
        rows = [row for row in rows if not self._is_recent(row["message_id"])]
        keys = [(row["message_id"],) for row in rows]
        if not (self._pull.full or self._pull.window):
            held = self._pull.known.hashes("events", keys) if keys else {}
            return [row for row in rows if (row["message_id"],) not in held]
        at = {r["message_id"]: r["received_at"] for r in self._pull.known.rows("events", keys)}
        return [r for r in rows if not _is_later(r, at.get(r["message_id"]))]

    def _is_recent(self, message: str) -> bool:
        if message in self._recent:
            return True
        self._recent[message] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        return False

    def _is_wanted(self, call: Mapping[str, Any]) -> bool:
        at = received(call)
        since, until = self._pull.since, self._pull.until
        return (since is None or at >= since) and (until is None or at < until)


def _is_later(row: Record, held: Any) -> bool:  # noqa: ANN401 - from the warehouse
    own = received({"receivedAt": row.get("received_at")})
    return isinstance(held, datetime) and own > LONG_AGO and own > held


def _refused(file: Found, line: Line) -> Record:
    """Return a line that is no event, without a key, so that it is quarantined with its place."""
    why = line.why or "has no messageId"
    return {"why": why, "file": file.name, "line": line.number, "record": line.record or line.text}
