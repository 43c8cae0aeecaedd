"""What is new in one table of somebody's database, and who is no longer in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.errors import ConfigError, VendorBusyError
from core.pull import Gone, Page, Pull, Record
from sources._rows import Rows, missing
from sources._sightings import chunks
from sources.database.cursor import Cursor, Value, given, kept
from sources.database.engine import Database, Session
from sources.database.feeds import TableFeed

KEYS = 200
"""Keys asked for in one statement."""


class Walk:
    """Reads one feed.

    Args:
        name: The feed's name, and its cursor's.
        feed: Which table, and what it holds.
        database: Where it is.
        pull: What may be asked and remembered.
    """

    def __init__(self, name: str, feed: TableFeed, database: Database, pull: Pull) -> None:
        self._name, self.feed, self._database, self._pull = name, feed, database, pull
        self._where = f"feeds.{name}"
        self._rows = Rows(name, feed)
        self._cursor = Cursor(ZoneInfo(feed.time_zone), feed.overlap)
        self._seen: set[str] = set()
        self._dead: set[str] | None = None
        self._keyless = 0

    def pages(self) -> Iterator[Page]:
        """Yield what is new since the last pull, then who was missed and who is gone."""
        remembered = self._pull.cursor(self._name)
        newest = None if remembered is None else given(remembered)
        with self._database.session(self._where) as session:
            place = self.place(session)
            is_all = newest is None and not self._pull.window
            for values, page in self._read(session, place, self._new(session, place, newest)):
                newest = self._cursor.newest(values, newest, self._pull.now())
                yield page
            if self.feed.sweep and not self._pull.window:
                yield from self._swept(session, place, is_all=is_all)
        if newest is not None:
            self._pull.advance(self._name, kept(newest))

    def count(self, since: datetime | None, until: datetime | None) -> int | None:
        """Return how many records there are, or how many changed in a window."""
        with self._database.session(self._where) as session:
            place = self.place(session)
            keys = [place.c[name] for name in self.feed.key]
            condition = self._in_window(session, place, since, until)
            if condition is None:
                return None
            whole = sa.and_(condition, *(key.is_not(None) for key in keys))
            return int(session.value(sa.select(sa.func.count()).select_from(place).where(whole)))

    def place(self, session: Session) -> sa.FromClause:
        """Return what is read, with every column that the mapping names.

        Raises:
            ConfigError: a table or a column is not there; names the feed, the table, the column.
        """
        feed = self.feed
        place = session.query(feed.query) if feed.query else session.table(feed.from_, self._where)
        there = set(place.c.keys())
        for column, use in feed.needed().items():
            if column not in there and column.split(".")[0] not in there:
                raise ConfigError(
                    f"{self._where}: {feed.told} has no column {column},"
                    f" which {feed.table} reads for {use}",
                    next_step="Correct the mapping, or say that the column is optional.",
                )
        return place

    def _new(
        self, session: Session, place: sa.FromClause, newest: Value | None
    ) -> sa.ColumnElement[bool]:
        """Return the condition on what to read: with a cursor, also what has none."""
        if self._pull.window:
            condition = self._in_window(session, place, self._pull.since, self._pull.until)
            return sa.true() if condition is None else condition
        if newest is None or not self.feed.by:
            return sa.true()
        column = place.c[self.feed.by]
        return sa.or_(column >= self._cursor.back(newest), column.is_(None))

    def _in_window(
        self,
        session: Session,
        place: sa.FromClause,
        since: datetime | None,
        until: datetime | None,
    ) -> sa.ColumnElement[bool] | None:
        """Return the condition on a window; None where the column holds no moments."""
        if since is None and until is None:
            return sa.true()
        if not self.feed.updated:
            return None
        column = place.c[self.feed.updated]
        like = session.value(sa.select(sa.func.max(column)))
        bounds = [like and at and self._cursor.bound(at, like) for at in (since, until)]
        if (since and bounds[0] is None) or (until and bounds[1] is None):
            return None
        first = column >= bounds[0] if since else sa.true()
        return sa.and_(first, column < bounds[1]) if until else first

    def _read(
        self, session: Session, place: sa.FromClause, condition: sa.ColumnElement[bool]
    ) -> Iterator[tuple[list[Any], list[Record]]]:
        """Yield the cursor's values and the rows, a page at a time."""
        names = list(place.c.keys())
        by = names.index(self.feed.by) if self.feed.by else None
        for page in session.pages(sa.select(*place.c).where(condition)):
            rows = [self._row(names, values) for values in page]
            rows = [row for row in rows if not isinstance(row, Gone) or self._is_news(row)]
            keyed = [row["id"] for row in rows if "id" in row]
            self._seen.update(keyed)
            self._keyless += len(rows) - len(keyed)
            yield [] if by is None else [values[by] for values in page], self._windowed(rows)

    def _is_news(self, gone: Gone) -> bool:
        """Say whether a deletion is new; where nobody says when it was, each pull finds it anew."""
        self._seen.add(gone["id"])
        if self._dead is None:
            held = self._pull.known.keys(self.feed.table, deleted=True)
            self._dead = {key for system, key in held if system == self.feed.system}
        return gone["id"] not in self._dead

    def _row(self, names: Sequence[str], values: Sequence[Any]) -> Record:
        record = dict(zip(names, values, strict=True))
        return self._rows.row(record, {"table": self.feed.told}, self._pull.now())

    def _windowed(self, rows: list[Record]) -> list[Record]:
        """Leave out what did not change in the window, as far as a row tells."""
        since = self._pull.since.isoformat() if self._pull.since else ""
        until = self._pull.until.isoformat() if self._pull.until else "~"
        told = [row.get("deleted_at") or row.get("updated_at") or since for row in rows]
        return [r for r, at in zip(rows, told, strict=True) if since <= str(at) < until]

    def _swept(self, session: Session, place: sa.FromClause, *, is_all: bool) -> Iterator[Page]:
        """Compare all keys there are with all we hold.

        Raises:
            VendorBusyError: the table is empty, and was not.
        """
        system, known = self.feed.system, self._pull.known
        alive = {key[1] for key in known.keys(self.feed.table) if key[0] == system}
        listed, missed = (self._seen, []) if is_all else self._listed(session, place, alive)
        yield from self._fetched(session, place, missed)
        gone = alive - listed
        if gone and (self._keyless or not listed):
            why = f"{self._keyless} rows have no key" if self._keyless else "it is empty"
            raise VendorBusyError(
                f"database: {self._where}: {self.feed.told}: {why}, so nobody is taken for deleted",
                next_step="Look whether it should be so; the next pull asks again.",
            )
        yield from missing(((system, key) for key in gone), self._pull.now())

    def _listed(
        self, session: Session, place: sa.FromClause, alive: set[str]
    ) -> tuple[set[str], list[Sequence[Any]]]:
        """Return all ids there are, and the keys of rows that are otherwise than we hold them."""
        listed: set[str] = set()
        missed: list[Sequence[Any]] = []
        self._keyless = 0
        columns = [place.c[name] for name in self.feed.key]
        flag = place.c[self.feed.deleted.column] if self.feed.deleted else sa.null()
        for page in session.pages(sa.select(*columns, flag)):
            for *values, told in page:
                key = self._rows.id_of(values)
                if key is None:
                    self._keyless += 1
                    continue
                listed.add(key)
                if key not in self._seen and self._rows.is_flagged(told) is (key in alive):
                    missed.append(values)
        return listed, missed

    def _fetched(
        self, session: Session, place: sa.FromClause, missed: list[Sequence[Any]]
    ) -> Iterator[Page]:
        """Read the rows that are there, and that no stamp told of: late, or restored."""
        columns = [place.c[name] for name in self.feed.key]
        for keys in chunks(missed, KEYS):
            same = [
                sa.and_(*(column == part for column, part in zip(columns, key, strict=True)))
                for key in keys
            ]
            for _, page in self._read(session, place, sa.or_(*same)):
                yield page
