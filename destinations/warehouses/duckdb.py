"""DuckDB: a folder of files, in process.

    FOLDER/<source>.duckdb    one raw file a source, schema raw_<source>; written by dlt
    FOLDER/daybreak.duckdb    the 360

Docs    https://duckdb.org/docs/stable/connect/concurrency
Quirks  A file has one writing process, or many reading ones; so each source has its own.
        Within a process a file is open once: all connections to it share one configuration,
        and nobody else attaches it meanwhile.
        A file (a catalogue) named like a schema inside it makes names ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa

from core.connector import Table
from core.errors import BusyError, ConfigError, DaybreakError, QueryError
from core.pull import Known
from core.redaction import redact
from destinations.warehouses._known import RawKnown
from destinations.warehouses._rows import loadable

PREFIX = "duckdb:///"
BATCH_ROWS = 50_000
UTC = "set TimeZone = 'UTC'"
# A merge spills what does not fit, rather than to grow with the rows of the load.
# What a reconcile does not fit into is spilled, too: a night runs beside other things.
MODEST = "1GB"
# What the marts of a reconcile may take, once who is who needs no more.
AMPLE = "1500MB"
FRUGAL = {"memory_limit": "200MB", "preserve_insertion_order": False}


def open_url(url: str) -> DuckDBWarehouse:
    """Return the warehouse in the folder that ``url`` names, relative or absolute.

    Raises:
        ConfigError: it names no folder.
    """
    folder = url.removeprefix(PREFIX)
    if folder == url or not folder.strip("/"):
        raise ConfigError(
            "DAYBREAK_WAREHOUSE: the URL of a DuckDB warehouse names a folder",
            next_step="Set it to duckdb:///relative/folder or duckdb:////absolute/folder.",
        )
    return DuckDBWarehouse(Path(folder).expanduser())


class DuckDBWarehouse:
    """The warehouse in one folder."""

    loader_file_format: Literal["parquet", "csv", "insert_values"] = "parquet"

    def __init__(self, folder: Path) -> None:
        self.label = f"{PREFIX}{folder}"
        self.folder = folder.absolute()

    def destination(self, source: str) -> Any:  # noqa: ANN401 - any of dlt's destinations
        """Return the dlt destination for the raw rows of ``source``; dataset ``raw_<source>``."""
        from dlt.destinations import duckdb as destination  # noqa: PLC0415 - dlt costs a second; reading needs none
        from dlt.destinations.impl.duckdb.configuration import (  # noqa: PLC0415 - as above
            DuckDbCredentials,
        )

        self._make_folder()
        credentials = DuckDbCredentials(str(self._file(source)), global_config=FRUGAL)
        return destination(credentials)

    @contextmanager
    def holding(self, source: str) -> Iterator[None]:
        """Keep the raw file of ``source`` open for a pull.

        Opening it costs as much as fifty questions (10 ms), and a pull asks as many.
        """
        self._make_folder()
        file = self._file(source)
        with _opening(file):
            connection = duckdb.connect(str(file))
        try:
            for name, value in FRUGAL.items():
                connection.execute(f"set {name} = '{value}'")
            yield
        finally:
            connection.close()

    def known(self, source: str, tables: dict[str, Table]) -> Known:
        """Return what the warehouse holds of ``source``."""
        return RawKnown(source, tables, lambda: self._reading(source))

    @contextmanager
    def session(
        self, sources: Sequence[str], *, read_only: bool = False
    ) -> Iterator[DuckDBSession]:
        """Open the 360 with the raw rows of ``sources`` beside it; sources never pulled are absent.

        Raises:
            BusyError: a file is in use by another process, or elsewhere in this one.
        """
        if not read_only:
            self._make_folder()
        connection = duckdb.connect(":memory:", config=self._config())
        try:
            self._attach(connection, self._file("daybreak"), "daybreak", read_only=read_only)
            for source in sorted(set(sources)):
                self._show(connection, source)
            connection.execute("use daybreak")
            connection.execute(UTC)
            yield DuckDBSession(connection)
        finally:
            connection.close()

    def _config(self) -> dict[str, Any]:
        # Else a query that outgrows memory spills into the working directory, whatever that is,
        # and an unknown function is looked for on the network.
        return {
            "temp_directory": str(self.folder / "spill"),
            "memory_limit": MODEST,
            "autoinstall_known_extensions": False,
        }

    def _show(self, connection: duckdb.DuckDBPyConnection, source: str) -> None:
        """Let ``raw_<source>.<table>`` be a view, in a catalogue of that name, of the raw file.

        Made anew for every session, views follow the columns that the last pull brought.
        """
        raw, file = f"raw_{source}", self._file(source)
        if not file.exists():
            return
        self._attach(connection, file, f"file_{source}", read_only=True)
        connection.execute(f"attach ':memory:' as {_quoted(raw)}")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = ? and schema_name = ?",
            [f"file_{source}", raw],
        ).fetchall()
        for (table,) in tables:
            name = _quoted(table)
            connection.execute(
                f"create view {_quoted(raw)}.{name}"
                f" as from {_quoted(f'file_{source}')}.{_quoted(raw)}.{name}"
            )

    @contextmanager
    def _reading(self, source: str) -> Iterator[DuckDBSession | None]:
        """Open the raw file alone, configured as dlt does, so that dlt may open it meanwhile."""
        file = self._file(source)
        if not file.exists():
            yield None
            return
        with _opening(file):
            connection = duckdb.connect(str(file))
        try:
            connection.execute(UTC)
            yield DuckDBSession(connection)
        finally:
            connection.close()

    def _attach(
        self, connection: duckdb.DuckDBPyConnection, file: Path, alias: str, *, read_only: bool
    ) -> None:
        if read_only and not file.exists():
            connection.execute(f"attach ':memory:' as {_quoted(alias)}")
            return
        mode = " (read_only)" if read_only else ""
        with _opening(file):
            path = str(file).replace("'", "''")
            connection.execute(f"attach '{path}' as {_quoted(alias)}{mode}")

    def _file(self, source: str) -> Path:
        return self.folder / f"{source}.duckdb"

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"DAYBREAK_WAREHOUSE: {self.folder} cannot be made: {error.strerror}",
                next_step="Name a folder that you may write to.",
            ) from None


class DuckDBSession:
    """One connection."""

    dialect: Literal["duckdb", "postgres"] = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement; ``?`` marks a parameter."""
        with _running():
            self._connection.execute(sql, list(parameters))

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return the rows of one select. Times come back as UTC."""
        with _running():
            return self._connection.execute(sql, list(parameters)).to_arrow_table()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Stream the rows of one select; nothing else may be asked meanwhile."""
        with _running():
            yield from self._connection.execute(sql).to_arrow_reader(BATCH_ROWS)

    def load(self, table: str, rows: pa.Table, *, temporary: bool = True) -> None:
        """Create ``table`` (replacing it) from ``rows``."""
        kind = "temp table" if temporary else "table"
        with _running():
            self._connection.register("rows_to_load", loadable(rows))
            try:
                self._connection.execute(
                    f"create or replace {kind} {_quoted(table)} as from rows_to_load"
                )
            finally:
                self._connection.unregister("rows_to_load")

    def columns(self, table: str) -> list[str]:
        """Return the columns of ``table`` in order; empty if there is no such table."""
        name = ".".join(_quoted(part) for part in table.split("."))
        try:
            found = self._connection.execute(f"from {name} limit 0").description
        except duckdb.CatalogException:
            return []
        return [column[0] for column in found or ()]

    def spread(self) -> None:
        """Take more memory from here on: what else needed it has let go."""
        self.execute(f"set memory_limit = '{AMPLE}'")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing of it. Transactions do not nest."""
        self.execute("begin")
        try:
            yield
            self.execute("commit")
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        try:
            self._connection.rollback()
        except duckdb.Error:
            return  # a commit that failed has rolled back already


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _running() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        # Up to the blank line it says what is wrong; then it shows where, which a person sees.
        reason = " ".join(str(error).split("\n\n")[0].split())
        raise QueryError(redact(reason)) from None


@contextmanager
def _opening(file: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise _unopened(file, str(error)) from None


def _unopened(file: Path, reason: str) -> DaybreakError:
    """Say in our words why ``file`` does not open; DuckDB tells it by its text alone."""
    if "Could not set lock" in reason:
        holder = re.search(r"\(PID (\d+)\)", reason)
        by = f"process {holder[1]}" if holder else "another process"
        step = "Wait until it has finished, or stop it, and try again."
        return BusyError(f"{file} is in use by {by}", next_step=step)
    if "already attached" in reason or "different configuration" in reason:
        step = "Try again when the pull, reconcile or query that uses it has finished."
        return BusyError(f"{file} is in use elsewhere in this process", next_step=step)
    step = "Name a folder with warehouse files that this DuckDB can read, or a new one."
    problem = " ".join(reason.split("\n\n", maxsplit=1)[0].split())
    return ConfigError(f"DAYBREAK_WAREHOUSE: {file} does not open: {problem}", next_step=step)
