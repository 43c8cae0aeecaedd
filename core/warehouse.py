"""The role every warehouse plays; ``destinations/warehouses/`` has the players."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

import pyarrow as pa

from core.connector import Table
from core.pull import Known


class Session(Protocol):
    """One connection in which raw tables are ``raw_<source>.<table>`` and ours have no schema.

    Attributes:
        dialect: The sqlglot dialect its SQL must be written in.
    """

    dialect: Literal["duckdb", "postgres"]

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement; ``?`` marks a parameter on every warehouse."""
        ...

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return the rows of one select. Times come back as UTC."""
        ...

    def load(self, table: str, rows: pa.Table, *, temporary: bool = True) -> None:
        """Create ``table`` (replacing it) from ``rows``."""
        ...

    def columns(self, table: str) -> list[str]:
        """Return the columns of ``table`` in order; empty if there is no such table.

        ``raw_<source>.<table>`` names a raw table.
        """
        ...

    def spread(self) -> None:
        """Take more memory from here on: what else needed it has let go."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside happens, or nothing of it."""
        ...


class Warehouse(Protocol):
    """Where rows land. Many writers may pull at once, one a source.

    Attributes:
        label: How a person sees it: the URL without its password.
        loader_file_format: What dlt should write for it.
    """

    label: str
    loader_file_format: Literal["parquet", "csv", "insert_values"]

    def destination(self, source: str) -> Any:  # noqa: ANN401 - any of dlt's destinations
        """Return the dlt destination for the raw rows of ``source``; dataset ``raw_<source>``."""
        ...

    def holding(self, source: str) -> AbstractContextManager[None]:
        """Keep the raw rows of ``source`` at hand for a pull, so that each look is a quick one.

        Raises:
            BusyError: they are locked by another process.
        """
        ...

    def known(self, source: str, tables: dict[str, Table]) -> Known:
        """Return what the warehouse holds of ``source``."""
        ...

    def session(
        self, sources: Sequence[str], *, read_only: bool = False
    ) -> AbstractContextManager[Session]:
        """Open the 360 with the raw rows of ``sources`` beside it; sources never pulled are absent.

        Raises:
            BusyError: the file is locked by another process, or the server cannot be reached.
        """
        ...
