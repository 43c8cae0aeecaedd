"""One connection at a time to somebody's database: read-only, streamed, not for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.errors import ConfigError, DaybreakError, VendorBusyError, VendorRefusedError
from core.meter import Meter
from core.redaction import redact
from sources._rows import PAGE

VARIABLE = "DATABASE_SOURCE_URL"
# What makes a session read-only and impatient, by dialect; {s} seconds, {ms} milliseconds. Tried
# with SQLite and Postgres; the others by their manuals.
MANNERS: dict[str, tuple[str, ...]] = {
    "sqlite": ("PRAGMA query_only = on",),
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET statement_timeout = {ms}",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = {ms}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = {s}"),
}
NOT_ALLOWED = ("28", "42501")
TOO_LONG = ("57014",)
STEPS = 10_000
"""Steps of SQLite's own machine between two looks at the clock."""


class Session:
    """An open connection.

    Args:
        connection: To the database.
        database: Whose it is.
    """

    def __init__(self, connection: sa.Connection, database: Database) -> None:
        self._connection, self._database = connection, database

    def pages(self, query: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
        """Stream the rows of a query, a page at a time."""
        self._database.begin()
        with self._connection.execute(query) as result:
            for page in result.partitions(PAGE):
                yield page
                self._database.begin(again=True)

    def value(self, query: sa.Select[Any]) -> Any:  # noqa: ANN401 - one value of any type
        """Return the one value of a query."""
        self._database.begin()
        return self._connection.scalar(query)

    def table(self, name: str, where: str) -> sa.FromClause:
        """Return a table or a view with its columns, as the database describes it.

        Raises:
            ConfigError: there is no such table.
        """
        schema, _, short = name.rpartition(".")
        try:
            found = sa.inspect(self._connection).get_columns(short, schema or None)
        except sa.exc.NoSuchTableError:
            found = []
        if not found:
            raise ConfigError(
                f"{where}: there is no table {name}", next_step="Correct the mapping."
            )
        names = [str(column["name"]) for column in found]
        return sa.table(short, *map(sa.column, names), schema=schema or None)

    def query(self, text: str) -> sa.FromClause:
        """Return a select of somebody's with the columns it turns out to have."""
        text = text.strip().rstrip(";")
        self._database.begin()
        empty = sa.text(f"select * from ({text}) q where 1 = 0")  # noqa: S608 - the mapping's owner writes it, in a read-only session
        names = self._connection.execute(empty).keys()
        return sa.text(text).columns(*(sa.column(name) for name in names)).subquery("q")


class Database:
    """A database that is read and never written.

    Args:
        url: Of any dialect whose driver is installed.
        timeout: Seconds one statement may take, or the next page of one.
        meter: Counts statements as calls.
    """

    def __init__(self, url: str, timeout: float, meter: Meter) -> None:
        self._url, self._timeout, self._meter = url, timeout, meter
        self._until = 0.0

    @contextmanager
    def session(self, where: str) -> Iterator[Session]:
        """Open a connection; ``where`` names the feed in what is told."""
        try:
            engine = self._engine()
            with engine.connect() as connection:
                yield Session(connection.execution_options(stream_results=True), self)
        except DBAPIError as error:
            raise self._told(where, error) from None
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            said = "it is no URL" if isinstance(error, ArgumentError) else str(error)
            raise ConfigError(f"{VARIABLE}: {said}", next_step="See .env.example.") from None
        except SQLAlchemyError as error:
            raise ConfigError(
                f"{where}: {type(error).__name__}", next_step="Correct the mapping."
            ) from None

    def begin(self, *, again: bool = False) -> None:
        """Start the clock for a statement, or for its next page."""
        self._until = time.monotonic() + self._timeout
        self._meter.calls += not again

    def _engine(self) -> sa.Engine:
        url = sa.make_url(self._url)
        is_lite = url.get_backend_name() == "sqlite"
        engine = sa.create_engine(
            _only_there(url) if is_lite else url,
            poolclass=NullPool,
            connect_args={"check_same_thread": False, "timeout": self._timeout} if is_lite else {},
        )
        sa.event.listen(engine, "connect", self._greet(engine.dialect.name))
        return engine

    def _greet(self, dialect: str) -> Any:  # noqa: ANN401 - SQLAlchemy's listener
        figures = {"s": self._timeout, "ms": int(self._timeout * 1000)}

        def greet(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
            cursor = connection.cursor()
            for statement in MANNERS.get(dialect, ()):
                cursor.execute(statement.format(**figures))
            cursor.close()
            connection.commit()
            if dialect == "sqlite":
                connection.set_progress_handler(lambda: time.monotonic() > self._until, STEPS)

        return greet

    def _told(self, where: str, error: DBAPIError) -> DaybreakError:
        """Say in our words what the database refused; never a value, it may be somebody's."""
        cause = error.orig
        state = str(getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or "")
        words = redact(str(cause).partition("\n")[0], [sa.make_url(self._url).password or ""])
        if state.startswith(NOT_ALLOWED) or "authentication failed" in words:
            return VendorRefusedError(
                f"database: {where}: {words}", next_step=f"Check {VARIABLE} and its rights."
            )
        if state in TOO_LONG or words == "interrupted":
            return VendorBusyError(
                f"database: {where}: took longer than {self._timeout:g} seconds",
                next_step="Index what it is read by, or raise DATABASE_SOURCE_TIMEOUT_SECONDS.",
            )
        if isinstance(error, sa.exc.ProgrammingError) or words.startswith(("no such", "near ")):
            return ConfigError(f"{where}: {words}", next_step="Correct the mapping.")
        said = words if isinstance(error, sa.exc.OperationalError) else type(cause).__name__
        return VendorBusyError(
            f"database: {where}: {said}", next_step="The next pull reads it again."
        )


def _only_there(url: sa.URL) -> sa.URL:
    """Return the URL of a SQLite file such that it is not made where it is not there."""
    if not url.database or not Path(url.database).is_file():
        raise ConfigError(
            f"{VARIABLE}: there is no file {Path(url.database or '').name}",
            next_step=f"Correct {VARIABLE}.",
        )
    name = f"file:{quote(str(Path(url.database).absolute()))}"
    return url.set(database=name, query={**url.query, "mode": "ro", "uri": "true"})
