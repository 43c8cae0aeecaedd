"""A source's own records, made into rows of our tables by a feed of the mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.pull import Gone, Known, Record
from sources._mapping import Column, Feed
from sources._sightings import chunks
from sources._tables import MEANINGS
from sources._values import FALSE, READERS, stamp, text

PAGE = 2_000
"""Rows a page: few enough to hold, enough to shape at once."""

Key = tuple[str, ...]


@dataclass(slots=True)
class Rows:
    """Makes rows of one feed.

    Attributes:
        name: The feed's name.
        feed: What goes where.
    """

    name: str
    feed: Feed
    _fields: list[tuple[str, Column, Callable[[Any], Any]]] = field(init=False)
    _used: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._fields = [(n, c, self._reader(n, c)) for n, c in self.feed.fields().items()]
        self._used = frozenset(self.feed.needed()) | {c.column for _, c, _ in self._fields}

    def row(self, record: Mapping[str, Any], where: Mapping[str, Any], seen: datetime) -> Record:
        """Return the row of ``record``.

        Args:
            record: What the source holds.
            where: Its place, told where it cannot become a row.
            seen: When a deletion is said to have happened of which nobody says when.
        """
        known = self.id_of([_at(record, name) for name in self.feed.key])
        if known is None:
            return self.refused(f"lacks {' or '.join(self.feed.key)}", where, dict(record))
        own = {"system": self.feed.system, "id": known}
        row: Record = {**own, "feed": self.name}
        for name, column, read in self._fields:
            row[name] = read(column.value if not column.column else _at(record, column.column))
        if self.feed.deleted:
            gone_at = self._deleted(_at(record, self.feed.deleted.column), row, seen)
            if gone_at:
                return Gone(own, deleted_at=gone_at)
        rest = {n: v for n, v in record.items() if n not in self._used and v is not None}
        return {**row, "_rest": rest} if rest else row

    def id_of(self, values: Iterable[Any]) -> str | None:
        """Return the id that a key's values make; None where one of them is nothing."""
        keys = [self._filled(value) for value in values]
        return None if None in keys else _joined(keys)

    def refused(self, why: str, where: Mapping[str, Any], record: object) -> Record:
        """Return what becomes no row, without a key: it is quarantined, with its place."""
        return {"feed": self.name, "why": why, **where, "record": record}

    def _reader(self, name: str, column: Column) -> Callable[[Any], Any]:
        read, style = READERS[MEANINGS[self.feed.table][name]], self.feed.style(column)

        def value(given: Any) -> Any:  # noqa: ANN401 - anything a source may hold
            filled = self._filled(given)
            if filled is not None and column.values:
                filled = column.values.get(str(text(filled)), filled)
            return None if filled is None else read(filled, style)

        return value

    def _filled(self, value: Any) -> Any:  # noqa: ANN401 - anything a source may hold
        return None if isinstance(value, str) and value.strip() in self.feed.nulls else value

    def is_flagged(self, value: Any) -> bool:  # noqa: ANN401 - see _filled
        """Say whether the value of the feed's column of deletions means one."""
        told, filled = self.feed.deleted, self._filled(value)
        if told is None or filled is None:
            return False
        word = str(text(filled)).strip()
        return word in told.when if told.when else word.lower() not in FALSE

    def _deleted(self, value: Any, row: Record, seen: datetime) -> str | None:  # noqa: ANN401 - see _filled
        """Return when the row was deleted, None if it is alive."""
        told = self.feed.deleted
        if told is None or not self.is_flagged(value):
            return None
        said = stamp(value, self.feed.style(Column(column=told.column)))
        own = row.get("updated_at")
        if said is not None and said.year > 1970:  # noqa: PLR2004 - a flag of digits is no year
            return said.isoformat()
        return own if isinstance(own, str) else seen.isoformat()


def keyed(feeds: Mapping[str, Feed], row: Record, now: datetime) -> Record:
    """Read a record that was refused by what its feed says now.

    It stays as it is where the feed is gone, or where there is no record but its text.
    """
    feed, record = feeds.get(str(row.get("feed"))), row.get("record")
    if feed is None or not isinstance(record, dict):
        return row
    where: Record = {name: row[name] for name in ("file", "line") if name in row}
    return Rows(str(row["feed"]), feed).row(record, where, now)


def missing(keys: Iterable[Key], now: datetime) -> Iterator[list[Record]]:
    """Yield pages of deletions, of records that a complete enumeration did not list."""
    for page in chunks(keys, PAGE):
        yield [Gone(system=system, id=key, deleted_at=now.isoformat()) for system, key in page]


def not_older(rows: Iterable[Record], table: str, known: Known) -> list[Record]:
    """Leave out what is older than what is held: an old file read again takes nothing back.

    A row without a moment of its last change is taken as it comes.
    """
    page = list(rows)
    keys = [(row["system"], row["id"]) for row in page if "id" in row]
    held = {(row["system"], row["id"]): _last(row) for row in known.rows(table, keys)}
    return [row for row in page if not _is_stale(row, held.get((row.get("system"), row.get("id"))))]


def _is_stale(row: Record, held: tuple[datetime, datetime | None] | None) -> bool:
    own = _moment(row.get("deleted_at") or row.get("updated_at"))
    if held is None or own is None:
        return False
    changed, deleted = held
    if deleted is None or isinstance(row, Gone):
        return own < changed
    return own <= deleted


def _last(row: Record) -> tuple[datetime, datetime | None]:
    changed = _moment(row.get("updated_at")) or datetime.min.replace(tzinfo=UTC)
    return changed, _moment(row.get("deleted_at"))


def _moment(value: Any) -> datetime | None:  # noqa: ANN401 - from the warehouse a moment, from a row its text
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) else None


def _at(record: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - anything a source may hold
    """Return the value of a column; a dotted name that is no column leads into nested objects."""
    if name in record or "." not in name:
        return record.get(name)
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _joined(keys: list[Any]) -> str:
    """Return one id; of several parts, so that two different lists never read the same."""
    parts = [str(text(key)).strip() for key in keys]
    return parts[0] if len(parts) == 1 else ":".join(part.replace(":", "%3A") for part in parts)
