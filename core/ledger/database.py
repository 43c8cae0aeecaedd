"""The database behind the ledger: reached, brought up to date, and read or written in one go."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import tenacity
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from core.errors import BusyError, ConfigError, DaybreakError

BUSY_SECONDS = 30
FORMS = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"

_ADVISORY_LOCK = 0x0DA7B4EA
_migrating = threading.Lock()  # Alembic keeps its context in a global.


class Database:
    """One ledger database; safe to use from several threads and from several processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(daybreak_writes=True)

    @classmethod
    def open(cls, url: str) -> Database:
        """Reach the database at ``url`` and bring its tables up to date.

        Raises:
            ConfigError: the URL, the password, the database or the file is wrong.
            BusyError: the server cannot be reached, or another process holds the file.
        """
        parsed = _parse(url)
        database = cls(_engine(parsed))
        try:
            database._make_concurrent()
            database._migrate()
        except (DBAPIError, sqlite3.Error) as error:
            raise _explain(error, parsed) from None
        except CommandError:
            raise ConfigError(
                "DAYBREAK_LEDGER: this ledger was written by a newer daybreak",
                next_step="Upgrade daybreak on this machine, or name another ledger.",
            ) from None
        return database

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one consistent look; nothing is written."""
        with self._session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Everything inside happens, or nothing of it; one writer at a time on SQLite."""
        with self._session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        except OperationalError as error:
            raise _explain(error, self._engine.url) from None

    def _make_concurrent(self) -> None:
        """Turn on SQLite's write-ahead log: readers and a writer then leave each other alone.

        The change itself does not wait for others, whatever the busy timeout says.
        """
        if self._engine.dialect.name != "sqlite":
            return
        patiently = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: "locked" in str(e)),
            wait=tenacity.wait_random(0.01, 0.2),
            stop=tenacity.stop_after_delay(BUSY_SECONDS),
            reraise=True,
        )
        patiently(self._write_ahead)

    def _write_ahead(self) -> None:
        with self._engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA journal_mode=WAL")

    def _migrate(self) -> None:
        """Run the missing migrations, one process at a time, all or none."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with _migrating, self._writing.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _parse(url: str) -> URL:
    problem = f"DAYBREAK_LEDGER: not a ledger's URL; it has the form {FORMS}"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(problem) from None
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = _socket(parsed.set(drivername="postgresql+psycopg"))
    is_file = parsed.get_backend_name() == "sqlite"
    if is_file and parsed.database in {None, "", ":memory:"}:
        raise ConfigError(problem)
    if not is_file and parsed.get_backend_name() != "postgresql":
        raise ConfigError(problem)
    return parsed


def _socket(url: URL) -> URL:
    """Read a folder written as host, percent-encoded, as every other Postgres client does."""
    host = unquote(url.host or "")
    return url.set(host="").update_query_dict({"host": host}) if "/" in host else url


def _engine(url: URL) -> Engine:
    """Build the engine. Connections are not kept: a night needs few, and none leaks."""
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    except (NoSuchModuleError, ArgumentError):
        raise ConfigError(f"DAYBREAK_LEDGER: not a ledger's URL; it has the form {FORMS}") from None
    except OSError as error:
        raise _no_file(url, error.strerror or "not a folder") from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: Any) -> None:  # noqa: ANN401 - SQLAlchemy's pool record
    """Leave transactions to ``_begin``: the driver would commit tables as they are made."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    """Take the writer's place first: a reader that turns writer may be refused half-way."""
    writes = connection.get_execution_options().get("daybreak_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explain(error: DBAPIError | sqlite3.Error, url: URL) -> DaybreakError:
    """Say in one line what is wrong, without the password and without the statement."""
    words = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    if url.get_backend_name() == "sqlite":
        if "locked" in words or "busy" in words:
            return BusyError(
                f"DAYBREAK_LEDGER: another process holds {url.database}",
                next_step="Wait for it to end, or stop it.",
            )
        return _no_file(url, words)
    where = f"{url.database} at {url.host or url.query.get('host') or 'this machine'}"
    if "password" in words or "does not exist" in words or "permission" in words:
        return ConfigError(
            f"DAYBREAK_LEDGER: Postgres does not let us into {where}",
            next_step="Check user, password and database in DAYBREAK_LEDGER.",
        )
    return BusyError(
        f"DAYBREAK_LEDGER: Postgres cannot be reached for {where}",
        next_step="See that the server runs and that DAYBREAK_LEDGER names it.",
    )


def _no_file(url: URL, words: str) -> ConfigError:
    return ConfigError(
        f"DAYBREAK_LEDGER: {url.database} cannot be used as a ledger: {words}",
        next_step="Name a file in a folder daybreak may write to.",
    )
