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
        self._run(sql, parameters)

    def _run(self, sql: str, parameters: Sequence[Any]) -> duckdb.DuckDBPyConnection:
        return (
            self.connection.execute(sql, list(parameters))
            if parameters
            else self.connection.execute(sql)
        )

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return the rows of one select."""
        found = self._run(sql, parameters).to_arrow_table()
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
        try:
            return [row[0] for row in self._run(f"describe {table}", ()).fetchall()]
        except duckdb.CatalogException:
            return []

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
