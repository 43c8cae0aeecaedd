"""Raw tables as pulls leave them: a small world to change and to reconcile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa

import sources
from core.connector import Table
from core.warehouse import Session

SOURCES = {name: sources.load(name).tables for name in sources.names()}
START = datetime(2026, 1, 5, 2, tzinfo=UTC)
INSTANT = pa.timestamp("us", tz="UTC")
TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "json": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": INSTANT,
    "timestamp_s": INSTANT,
    "timestamp_ms": INSTANT,
}
Key = tuple[str, str]
_landed: WeakKeyDictionary[Session, dict[Key, list[dict[str, Any]]]] = WeakKeyDictionary()
"""What stands in a session's raw tables: what is the same is not written again."""


@dataclass(slots=True)
class Raw:
    """What the vendors' raw tables hold, and when each row was last loaded.

    Attributes:
        rows: (source, table) -> key -> row.
        version: The number of the pull going on.
    """

    rows: dict[Key, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    version: int = 1

    def put(self, source: str, table: str, **values: Any) -> None:
        """Load a row, or what changed of it."""
        key = tuple(values[name] for name in SOURCES[source][table].key)
        held = self.rows.setdefault((source, table), {})
        held[key] = {**held.get(key, {}), **values, "_version": self.version}

    def gone(self, source: str, table: str, *key: Any, merged_into: str | None = None) -> None:
        """Tell that the vendor has the row no longer."""
        row = self.rows.get((source, table), {}).get(key)
        if row:
            row.update(deleted_at=self.now(), merged_into=merged_into, _version=self.version)

    def back(self, source: str, table: str, *key: Any) -> None:
        """Tell that the vendor has the row again."""
        row = self.rows.get((source, table), {}).get(key)
        if row:
            row.update(deleted_at=None, merged_into=None, _version=self.version)

    def now(self) -> datetime:
        """The hour of this night."""
        return START + timedelta(days=self.version)

    def land(self, session: Session) -> None:
        """Write every raw table that has rows and is not there as it is."""
        there = _landed.setdefault(session, {})
        for (source, table), held in sorted(self.rows.items()):
            rows = [dict(row) for row in held.values()]
            if there.get((source, table)) == rows:
                continue
            there[source, table] = rows
            schema = arrow_schema(SOURCES[source][table])
            session.load("landing", pa.Table.from_pylist(rows, schema=schema))
            session.execute(f"create schema if not exists raw_{source}")
            session.execute(f"drop table if exists raw_{source}.{table}")
            session.execute(f"create table raw_{source}.{table} as select * from landing")


def arrow_schema(table: Table) -> pa.Schema:
    """Return the columns a raw table has: the declared ones and those every table has."""
    columns: dict[str, pa.DataType] = {name: TYPES[kind] for name, kind in table.columns.items()}
    columns |= {"deleted_at": INSTANT, "merged_into": pa.string(), "_version": pa.int64()}
    return pa.schema(list(columns.items()))
