"""A DuckDB session for tests of the transforms alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import pyarrow as pa


class Embedded:
    """The smallest Session: one DuckDB database with the raw schemas inside."""

    dialect: Literal["duckdb", "postgres"] = "duckdb"

    def __init__(self, path: str = ":memory:") -> None:
        self.connection = duckdb.connect(path)
        self.connection.execute("set timezone = 'UTC'")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement."""
        self.connection.execute(sql, list(parameters))

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return the rows of one select."""
        found = self.connection.execute(sql, list(parameters)).to_arrow_table()
        assert isinstance(found, pa.Table)
        return found

    def load(self, table: str, rows: pa.Table, *, temporary: bool = True) -> None:
        """Create ``table`` from ``rows``."""
        self.connection.register("incoming", rows)
        kind = "temporary table" if temporary else "table"
        self.connection.execute(f"create or replace {kind} {table} as select * from incoming")
        self.connection.unregister("incoming")

    def columns(self, table: str) -> list[str]:
        """Return the columns of ``table``; empty if there is none."""
        schema, _, name = table.rpartition(".")
        found = self.connection.execute(
            "select column_name from information_schema.columns where table_name = ?"
            " and (? = '' or table_schema = ?) order by ordinal_position",
            [name, schema, schema],
        )
        return [row[0] for row in found.fetchall()]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing of it."""
        self.connection.execute("begin")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")
