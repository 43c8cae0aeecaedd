"""Records of one vendor, on disk, so that a million orders need no memory.

A collection keeps each record as the JSON text the vendor will send, beside the few values it is
found by. Times are milliseconds since 1970 (`sandbox.clock.millis`). Writes wait in memory and go
to disk in bulk, before the next read that needs them.
"""

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Connection, connect
from typing import Any

import orjson

from sandbox.http import Json

Id = int | str
FIELDS = ("id", "key", "created_at", "updated_at", "seq", "deleted_at", "merged_into", "body")
WAITING_ROOM = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """One record. ``seq`` grows with every write in the store, so it orders all changes.

    ``key`` is the world's neutral key, "" for what a client created. ``deleted_at`` and
    ``merged_into`` mark a record that left the lists; ``extra`` are the indexed columns.
    """

    id: Id
    body: str
    created_at: int
    updated_at: int
    key: str = ""
    seq: int = 0
    deleted_at: int | None = None
    merged_into: Id | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> Json:
        """Read the body."""
        return orjson.loads(self.body)


class Collection:
    """Records of one kind. Made by `Store.collection`.

    Args:
        store: Where it lives.
        name: Table name, as truth and faults call it.
        extra: Further columns to find records by; each gets an index.
    """

    def __init__(self, store: "Store", name: str, extra: tuple[str, ...]) -> None:
        self.name = name
        self._store = store
        self._extra = extra
        self._columns = (*FIELDS, *extra)
        self._waiting: dict[Id, Row] = {}
        self._indexed = False
        self.clear()

    def put(self, row: Row) -> None:
        """Write a record, new or not."""
        with self._store.lock:
            self._waiting[row.id] = _numbered(row, self._store.tick())
            if len(self._waiting) >= WAITING_ROOM:
                self._flush()

    def fill(self, rows: Iterable[Row]) -> None:
        """Write many records."""
        for row in rows:
            self.put(row)

    def get(self, record_id: Id) -> Row | None:
        """Give one record, deleted or not."""
        with self._store.lock:
            if record_id in self._waiting:
                return self._waiting[record_id]
            rows = self._select("where id = ?", (record_id,))
            return rows[0] if rows else None

    def edit(
        self,
        record_id: Id,
        change: Mapping[str, Any] | Callable[[dict[str, Any]], Any],
        at: int,
        **columns: Json,
    ) -> Row | None:
        """Change the body of a record (top-level fields, or in place) and its columns.

        ``at`` becomes ``updated_at``. Gives the new record, or None when there is none.
        """
        with self._store.lock:
            row = self.get(record_id)
            if row is None:
                return None
            body = row.json()
            if callable(change):
                change(body)
            else:
                body.update(change)
            own = {
                name: columns.pop(name) for name in ("deleted_at", "merged_into") if name in columns
            }
            text = orjson.dumps(body).decode()
            new = replace(row, body=text, updated_at=at, extra={**row.extra, **columns}, **own)
            self.put(new)
            return new

    def delete(self, record_id: Id, at: int) -> bool:
        """Mark a record as deleted; it stays readable. False when there is none."""
        return self.edit(record_id, {}, at, deleted_at=at) is not None

    def restore(self, record_id: Id, at: int) -> bool:
        """Take a deletion back. False when there is no such record."""
        return self.edit(record_id, {}, at, deleted_at=None) is not None

    def erase(self, record_id: Id) -> None:
        """Remove a record for good."""
        with self._store.lock:
            self._waiting.pop(record_id, None)
            self._store.db.execute(f"delete from {self.name} where id = ?", (record_id,))  # noqa: S608 - names are ours

    def rows(
        self,
        where: str = "1",
        args: Iterable[Any] = (),
        *,
        order: str = "id",
        limit: int = -1,
        offset: int = 0,
    ) -> list[Row]:
        """Give records by an SQL condition on the columns; ``order`` is an SQL order, too.

        Deleted records are included: say ``deleted_at is null`` to leave them out. The indexes
        serve ``id``, ``key``, ``seq``, ``(updated_at, id)``, ``(created_at, id)`` and the extra
        columns; keyset pages are ``(updated_at, id) > (?, ?)`` in the same order.
        """
        with self._store.lock:
            self._settle()
            return self._select(
                f"where {where} order by {order} limit {int(limit)} offset {int(offset)}",
                tuple(args),
            )

    def count(self, where: str = "deleted_at is null", args: Iterable[Any] = ()) -> int:
        """Count records by an SQL condition; the live ones by default."""
        with self._store.lock:
            self._settle()
            query = f"select count(*) from {self.name} where {where}"  # noqa: S608 - the vendor writes it, clients do not
            found = self._store.db.execute(query, tuple(args)).fetchone()
            return int(found[0])

    def all(self, batch: int = 5_000) -> Iterator[Row]:
        """Give every record, deleted ones too, in order of id, without holding them all."""
        rows = self.rows(limit=batch)
        while rows:
            yield from rows
            rows = self.rows("id > ?", (rows[-1].id,), limit=batch)

    def clear(self) -> None:
        """Forget every record."""
        with self._store.lock:
            self._waiting.clear()
            extra = "".join(f", {name}" for name in self._extra)
            self._store.db.execute(f"drop table if exists {self.name}")
            self._store.db.execute(
                # No declared type: an id keeps being the number or the text it was.
                f"create table {self.name} (id primary key, key text, created_at integer, "
                "updated_at integer, seq integer, deleted_at integer, merged_into, body text"
                f"{extra})"
            )
            self._indexed = False

    def _select(self, rest: str, args: tuple[Any, ...]) -> list[Row]:
        query = f"select {', '.join(self._columns)} from {self.name} {rest}"  # noqa: S608 - names are ours, values are bound
        return [self._row(values) for values in self._store.db.execute(query, args)]

    def _row(self, values: tuple[Any, ...]) -> Row:
        record_id, key, created, updated, seq, deleted, merged, body, *extra = values
        columns = dict(zip(self._extra, extra, strict=True))
        return Row(record_id, body, created, updated, key, seq, deleted, merged, columns)

    def _settle(self) -> None:
        self._flush()
        if not self._indexed:
            for columns in ("key", "seq", "updated_at, id", "created_at, id", *self._extra):
                name = f"{self.name}_by_{columns.split(',')[0]}"
                self._store.db.execute(f"create index {name} on {self.name} ({columns})")
            self._indexed = True

    def _flush(self) -> None:
        if not self._waiting:
            return
        marks = ", ".join("?" for _ in self._columns)
        self._store.db.execute("begin")
        self._store.db.executemany(
            f"insert or replace into {self.name} ({', '.join(self._columns)}) values ({marks})",  # noqa: S608 - names are ours
            [self._values(row) for row in self._waiting.values()],
        )
        self._store.db.execute("commit")
        self._waiting.clear()

    def _values(self, row: Row) -> tuple[Any, ...]:
        extra = tuple(row.extra.get(name) for name in self._extra)
        own = (row.id, row.key, row.created_at, row.updated_at, row.seq)
        return (*own, row.deleted_at, row.merged_into, row.body, *extra)


class Store:
    """All collections of one vendor, in one temporary file that goes with the store."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        folder = Path(tempfile.mkdtemp(prefix="daybreak-sandbox-"))
        self.db = connect(folder / "store.db", check_same_thread=False, isolation_level=None)
        self._close = weakref.finalize(self, _remove, self.db, folder)
        for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-65536"):
            self.db.execute(f"pragma {pragma}")
        self.collections: dict[str, Collection] = {}
        self._seq = 0

    def collection(self, name: str, extra: tuple[str, ...] = ()) -> Collection:
        """Make a collection; ``extra`` columns are indexed."""
        self.collections[name] = Collection(self, name, extra)
        return self.collections[name]

    def tick(self) -> int:
        """Give the next number of the store's one sequence."""
        self._seq += 1
        return self._seq

    def clear(self) -> None:
        """Forget every record of every collection."""
        for collection in self.collections.values():
            collection.clear()

    def close(self) -> None:
        """Remove the file. The store is of no use afterwards."""
        with self.lock:
            self._close()


def _numbered(row: Row, seq: int) -> Row:
    """Give the row with its place in the sequence; `dataclasses.replace` takes thrice the time."""
    times = (row.created_at, row.updated_at)
    return Row(row.id, row.body, *times, row.key, seq, row.deleted_at, row.merged_into, row.extra)


def _remove(db: Connection, folder: Path) -> None:
    db.close()
    shutil.rmtree(folder, ignore_errors=True)
