"""What a warehouse holds of one source, asked in the SQL that DuckDB and Postgres share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from core.connector import Table
from core.pull import Record
from core.window import Window
from destinations.warehouses._hashes import Hashes

Key = tuple[str, ...]

LARGEST_INDEX = 5_000_000
"""Rows up to which a table's hashes are read once and kept (80 MB); beyond, each page asks."""

PAGE = 5_000
"""Keys asked for in one statement."""


class Reader(Protocol):
    """A session, as far as it is needed here."""

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return the rows of one select."""
        ...

    def columns(self, table: str) -> list[str]:
        """Return the columns of ``table``; empty if there is no such table."""
        ...

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Stream the rows of one select."""
        ...


class RawKnown:
    """Known, for one pull: what was read once is not asked again.

    Nothing stays open between calls, but for ``keys`` while it is iterated.

    Args:
        source: The vendor's name.
        tables: Its tables, for their keys.
        reading: Opens the raw rows, or yields None if the source was never pulled.
        largest_index: Rows up to which a table's hashes are kept.
        page: Keys asked for in one statement.
    """

    def __init__(
        self,
        source: str,
        tables: dict[str, Table],
        reading: Callable[[], AbstractContextManager[Reader | None]],
        *,
        largest_index: int = LARGEST_INDEX,
        page: int = PAGE,
    ) -> None:
        self._source, self._tables, self._reading = source, tables, reading
        self._largest_index, self._page = largest_index, page
        self._indexes: dict[str, Hashes | None] = {}

    def hashes(self, table: str, keys: Sequence[Key]) -> dict[Key, int]:
        """Return ``_hash`` of those rows of ``table`` that exist."""
        if table not in self._indexes:
            self._indexes[table] = self._read_hashes(table)
        index = self._indexes[table]
        if index is not None:
            return index.of(keys)
        width = len(self._tables[table].key)
        rows = self._matching(table, keys, f"{self._texts(table, 'r')}, r._hash")
        found = (tuple(row.values()) for batch in rows for row in batch.to_pylist())
        return {row[:width]: row[width] for row in found}

    def rows(self, table: str, keys: Sequence[Key]) -> list[Record]:
        """Return those rows of ``table`` that exist, all columns but dlt's own."""
        found = [row for rows in self._matching(table, keys, "r.*") for row in rows.to_pylist()]
        return [_own(row) for row in found]

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[Key]:
        """Stream the keys of all live rows, or of all deleted ones."""
        with self._raw(table) as raw:
            if raw is None:
                return
            reader, columns = raw
            condition = _condition(columns, deleted=deleted)
            sql = f"select {self._texts(table)} from {self._name(table)} where {condition}"  # noqa: S608 - declared names only
            for batch in reader.batches(sql):
                yield from zip(*(c.to_pylist() for c in batch.columns), strict=True)

    def having(self, table: str, column: str, texts: Sequence[str], most: int) -> list[Record]:
        """Return rows of ``table`` that say one of ``texts`` in ``column``, all columns but dlt's.

        Of each text none where more than ``most`` rows say it.
        """
        found: dict[str, list[Record]] = {}
        with self._raw(table) as raw:
            if raw is None or column not in raw[1]:
                return []
            name, wanted = self._name(table), "unnest(cast(? as varchar[])) as text"
            sql = (
                f'select r.* from {name} as r join (select {wanted}) as w on r."{column}" = w.text'  # noqa: S608 - declared names only
            )
            for start in range(0, len(texts), self._page):
                rows = raw[0].query(sql, [list(texts[start : start + self._page])]).to_pylist()
                for row in rows:
                    found.setdefault(row[column], []).append(_own(row))
        return [row for rows in found.values() if len(rows) <= most for row in rows]

    def count(self, table: str) -> int:
        """Return how many live rows there are."""
        with self._raw(table) as raw:
            if raw is None:
                return 0
            reader, columns = raw
            return self._count(reader, table, _condition(columns, deleted=False))

    def newest(self, table: str) -> int:
        """Return the highest ``_version`` there is; 0 if there are no rows."""
        with self._raw(table) as raw:
            if raw is None:
                return 0
            sql = f"select coalesce(max(_version), 0) as n from {self._name(table)}"  # noqa: S608 - declared names only
            return int(raw[0].query(sql)["n"][0].as_py())

    def within(self, table: str, column: str, window: Window) -> int:
        """Return how many live rows have a moment of ``window`` in ``column``."""
        found = self._in_window(table, column, window, "count(*)")
        return int(found or 0)

    def quantile(self, table: str, column: str, window: Window, share: float) -> datetime | None:
        """Return the moment up to which ``share`` (0 to 1) of those rows reach; None of none."""
        measure = f"percentile_disc({share:.6f}) within group (order by {_moment(column)})"
        found = self._in_window(table, column, window, measure)
        return found if isinstance(found, datetime) else None

    def dangling(
        self, table: str, column: str, to: str, where: tuple[str, str] | None, most: int
    ) -> list[str]:
        """Return keys of ``to`` that live rows of ``table`` name and no row has, ``most`` at most.

        Args:
            table: Whose rows.
            column: Where they name the key.
            to: A table whose key is one column.
            where: A column and the value it must have.
            most: How many.
        """
        (key,) = self._tables[to].key
        with self._raw(table) as raw, self._raw(to) as target:
            if raw is None or target is None or column not in raw[1]:
                return []
            reader, columns = raw
            meant = f'and cast(r."{where[0]}" as varchar) = ?' if where else ""
            sql = (
                f'select distinct cast(r."{column}" as varchar) as k'  # noqa: S608 - declared names only
                f" from {self._name(table)} as r left join {self._name(to)} as t"
                f' on cast(t."{key}" as varchar) = cast(r."{column}" as varchar)'
                f' where r."{column}" is not null and t."{key}" is null'
                f" and {_condition(columns, deleted=False, alias='r.')} {meant}"
                f" order by k limit {int(most)}"
            )
            return [str(k) for k in reader.query(sql, [where[1]] if where else [])["k"].to_pylist()]

    def _in_window(self, table: str, column: str, window: Window, measure: str) -> Any:  # noqa: ANN401 - a number or a moment
        with self._raw(table) as raw:
            if raw is None or column not in raw[1]:
                return None
            reader, columns = raw
            bounds = [(">=", window.since), ("<", window.until)]
            given = [(sign, at.isoformat()) for sign, at in bounds if at is not None]
            terms = [_condition(columns, deleted=False), f"{_moment(column)} is not null"]
            terms += [f"{_moment(column)} {sign} cast(? as timestamptz)" for sign, _ in given]
            sql = f"select {measure} as n from {self._name(table)} where {' and '.join(terms)}"  # noqa: S608 - declared names only
            return reader.query(sql, [at for _, at in given])["n"][0].as_py()

    def _read_hashes(self, table: str) -> Hashes | None:
        with self._raw(table) as raw:
            if raw is None:
                return Hashes(())
            reader, _ = raw
            if self._count(reader, table, "true") > self._largest_index:
                return None
            return Hashes(
                reader.batches(
                    f"select {self._texts(table)}, _hash from {self._name(table)}"  # noqa: S608 - declared names only
                    " where _hash is not null"
                )
            )

    def _count(self, reader: Reader, table: str, condition: str) -> int:
        sql = f"select count(*) as n from {self._name(table)} where {condition}"  # noqa: S608 - declared names only
        return int(reader.query(sql)["n"][0].as_py())

    def _matching(self, table: str, keys: Sequence[Key], columns: str) -> Iterator[pa.Table]:
        """Yield the rows of ``keys``, joined to them rather than listed in the statement."""
        with self._raw(table) as raw:
            if raw is None:
                return
            reader, _ = raw
            names = self._tables[table].key
            wanted = ", ".join(f"unnest(cast(? as varchar[])) as k{i}" for i in range(len(names)))
            same = " and ".join(f'cast(r."{n}" as varchar) = k.k{i}' for i, n in enumerate(names))
            sql = f"select {columns} from {self._name(table)} as r join (select {wanted}) as k on {same}"  # noqa: S608, E501 - declared names only
            distinct = list(dict.fromkeys(keys))
            for start in range(0, len(distinct), self._page):
                page = distinct[start : start + self._page]
                yield reader.query(sql, [list(values) for values in zip(*page, strict=True)])

    @contextmanager
    def _raw(self, table: str) -> Iterator[tuple[Reader, list[str]] | None]:
        """Open ``table`` with the names of its columns; None if it was never pulled."""
        with self._reading() as reader:
            columns = reader.columns(f"raw_{self._source}.{table}") if reader else []
            yield (reader, columns) if reader and columns else None

    def _name(self, table: str) -> str:
        return f'raw_{self._source}."{table}"'

    def _texts(self, table: str, alias: str = "") -> str:
        prefix = f"{alias}." if alias else ""
        key = self._tables[table].key
        return ", ".join(f'cast({prefix}"{n}" as varchar) as k{i}' for i, n in enumerate(key))


def _own(row: Record) -> Record:
    """Return a row without dlt's columns."""
    return {name: value for name, value in row.items() if not name.startswith("_dlt_")}


def _moment(column: str) -> str:
    """Read a column as a moment, also where it is one written as text."""
    return f'cast("{column}" as timestamptz)'


def _condition(columns: list[str], *, deleted: bool, alias: str = "") -> str:
    if "deleted_at" not in columns:
        return "false" if deleted else "true"
    return f"{alias}deleted_at is {'not null' if deleted else 'null'}"
