"""Postgres: one database, a schema a source, the 360 in a schema of its own.

    raw_<source>.<table>    written by dlt, through parquet and binary COPY
    daybreak.<table>        the 360; sessions find it without a schema

Docs    https://arrow.apache.org/adbc/current/driver/postgresql.html
Quirks  ADBC gives numeric as text, and reads by COPY, which knows no EXPLAIN or SHOW.
        A temporary table has no statistics until it is analysed.
        Text compares by the database's collation; order by ... collate "C" to agree with DuckDB.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote, urlencode

import psycopg
import pyarrow as pa
import sqlglot
from adbc_driver_manager import Error
from adbc_driver_postgresql import dbapi
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from core.connector import Table
from core.errors import BusyError, ConfigError, DaybreakError, QueryError
from core.pull import Known
from core.redaction import redact
from destinations.warehouses._known import RawKnown
from destinations.warehouses._rows import loadable, plain

FORM = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
CONNECT_SECONDS = 10
PATIENCE_SECONDS = 30.0

WRITER = (0x64617962, 0x7265616B)
"""The advisory lock of whoever writes the 360 ("dayb", "reak")."""

LOST = ("08", "57", "53")
"""SQLSTATE classes: connection lost, server shut down, out of resources."""


def open_url(url: str) -> PostgresWarehouse:
    """Return the warehouse in the database that ``url`` names.

    Raises:
        ConfigError: it is not such a URL. The message never has it, nor its password.
    """
    try:
        given = {k: str(v) for k, v in conninfo_to_dict(url).items() if v is not None}
    except psycopg.Error:
        given = {}
    if not given.get("host") or not given.get("dbname") or not given.get("port", "5432").isdigit():
        raise ConfigError(
            "DAYBREAK_WAREHOUSE: the URL of a Postgres warehouse names a host and a database",
            next_step=f"Set it to {FORM}; percent-encode what is special in them.",
        )
    given.setdefault("user", os.environ.get("PGUSER") or getpass.getuser())
    given.setdefault("port", "5432")
    given.setdefault("connect_timeout", str(CONNECT_SECONDS))
    return PostgresWarehouse(given)


class PostgresWarehouse:
    """The warehouse in one database.

    Args:
        given: libpq's connection parameters.
        patience_seconds: How long a writing session waits for another one to end; a writer that
            was killed may hold the 360 until its last statement is done.
    """

    loader_file_format: Literal["parquet", "csv", "insert_values"] = "parquet"

    def __init__(self, given: dict[str, str], patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._given, self.patience_seconds = given, patience_seconds
        self.label = _url(given["user"], given)

    def destination(self, source: str) -> Any:  # noqa: ANN401, ARG002 - any of dlt's destinations; one database has all
        """Return the dlt destination for the raw rows of ``source``; dataset ``raw_<source>``."""
        from destinations.warehouses._dlt_postgres import Destination  # noqa: PLC0415 - dlt costs a second; reading needs none

        # dlt insists on a password; libpq takes an empty one for none and looks in .pgpass.
        login = f"{quote(self._given['user'], safe='')}:{quote(self._password(), safe='')}"
        known = {"user", "password", "host", "port", "dbname"}
        rest = {k: v for k, v in self._given.items() if k not in known}
        return Destination(f"{_url(login, self._given)}?{urlencode(rest, quote_via=quote)}")

    def holding(self, source: str) -> AbstractContextManager[None]:  # noqa: ARG002 - a server holds all
        """Do nothing: the server has them at hand."""
        return nullcontext()

    def known(self, source: str, tables: dict[str, Table]) -> Known:
        """Return what the warehouse holds of ``source``."""
        return RawKnown(source, tables, lambda: self.session([source], read_only=True))

    @contextmanager
    def session(
        self, sources: Sequence[str], *, read_only: bool = False
    ) -> Iterator[PostgresSession]:
        """Open the 360 with the raw rows of ``sources`` beside it; sources never pulled are absent.

        One session writes at a time, as with a DuckDB file.

        Raises:
            BusyError: the server cannot be reached, or another session is writing.
            ConfigError: the server refuses the login, or has no such database.
        """
        del sources  # all are in the same database
        connection = self._connect()
        try:
            session = PostgresSession(connection)
            session.query(
                "select set_config('search_path', 'daybreak', false),"
                " set_config('TimeZone', 'UTC', false),"
                " set_config('client_connection_check_interval', '5s', false)"
            )
            if read_only:
                session.execute("set default_transaction_read_only = on")
            else:
                self._claim(session)
                session.execute("create schema if not exists daybreak")
            yield session
        finally:
            with suppress(Error):
                connection.close()

    def _connect(self) -> dbapi.Connection:
        try:
            return dbapi.connect(make_conninfo(**self._given), autocommit=True)
        except Error as error:
            raise _unreached(self.label, str(error)) from None

    def _claim(self, session: PostgresSession) -> None:
        """Become the one writer of the 360, until the connection ends."""
        session.execute(f"set lock_timeout = {int(self.patience_seconds * 1000)}")
        try:
            session.query("select pg_advisory_lock(?::int, ?::int)", WRITER)
        except QueryError:
            holder = session.query(
                "select pid from pg_locks where locktype = 'advisory' and granted"
                " and classid = ?::bigint::oid and objid = ?::bigint::oid",
                WRITER,
            )["pid"].to_pylist()
            by = f"server process {holder[0]}" if holder else "another process"
            raise BusyError(
                f"{self.label}: the 360 is being written by {by}",
                next_step="Wait until it has finished, or end it, and try again.",
            ) from None
        session.execute("set lock_timeout = 0")

    def _password(self) -> str:
        return self._given.get("password") or os.environ.get("PGPASSWORD", "")


class PostgresSession:
    """One connection."""

    dialect: Literal["duckdb", "postgres"] = "postgres"

    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection, self._is_inside = connection, False

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement; ``?`` marks a parameter."""
        with _running(), self._connection.cursor() as cursor:
            _run(cursor, sql, parameters)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Return the rows of one select. Times come back as UTC."""
        with _running(), self._connection.cursor() as cursor:
            if sql.lstrip()[:7].lower().startswith(("explain", "show")):
                cursor.adbc_statement.set_options(**{"adbc.postgresql.use_copy": "false"})
            _run(cursor, sql, parameters)
            return plain(cursor.fetch_arrow_table())

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Stream the rows of one select; nothing else may be asked meanwhile."""
        with _running(), self._connection.cursor() as cursor:
            _run(cursor, sql, ())
            with cursor.fetch_record_batch() as reader:
                yield from reader

    def load(self, table: str, rows: pa.Table, *, temporary: bool = True) -> None:
        """Create ``table`` (replacing it) from ``rows``."""
        name = f"{'pg_temp' if temporary else 'daybreak'}.{_quoted(table)}"
        self.execute(f"drop table if exists {name}")
        where = {"temporary": True} if temporary else {"db_schema_name": "daybreak"}
        with _running(), self._connection.cursor() as cursor:
            cursor.adbc_ingest(table, loadable(rows), mode="create", **where)
        self.execute(f"analyze {name}")

    def columns(self, table: str) -> list[str]:
        """Return the columns of ``table`` in order; empty if there is no such table."""
        name = ".".join(_quoted(part) for part in table.split("."))
        found = self.query(
            "select attname from pg_attribute"
            " where attrelid = to_regclass(?) and attnum > 0 and not attisdropped order by attnum",
            [name],
        )
        return [str(column) for column in found["attname"].to_pylist()]

    def spread(self) -> None:
        """Take no more: the server's memory is not ours to deal out."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing of it. Transactions do not nest."""
        if self._is_inside:
            raise QueryError("cannot start a transaction within a transaction")
        handle = self._connection.adbc_connection
        with _running():
            handle.set_autocommit(False)
        self._is_inside = True
        try:
            yield
            with _running():
                handle.commit()
        except BaseException:
            with suppress(Error):
                handle.rollback()
            raise
        finally:
            self._is_inside = False
            with suppress(Error):
                handle.set_autocommit(True)


def _run(cursor: dbapi.Cursor, sql: str, parameters: Sequence[Any]) -> None:
    if parameters:
        cursor.execute(_numbered(sql), tuple(parameters))
    else:
        cursor.execute(sql)


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    """Turn each ``?`` that marks a parameter into Postgres's ``$1``, ``$2``, ..."""
    tokens = sqlglot.tokenize(sql, read="postgres")
    # "?::" comes as one token.
    marks = [t.start for t in tokens if t.token_type.name in {"PLACEHOLDER", "QDCOLON"}]
    for number, start in reversed(list(enumerate(marks, start=1))):
        sql = f"{sql[:start]}${number}{sql[start + 1 :]}"
    return sql


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _running() -> Iterator[None]:
    try:
        yield
    except Error as error:
        reason = redact(_reason(str(error)))
        if (error.sqlstate or "").startswith(LOST):
            raise BusyError(f"the warehouse's server gave up: {reason}") from None
        raise QueryError(reason) from None


def _reason(text: str) -> str:
    """Return what the server said is wrong, without its prefixes and the statement."""
    for prefix in ("ERROR:", "FATAL:"):
        text = text.partition(prefix)[2] or text
    return text.strip().splitlines()[0].strip()


def _unreached(label: str, text: str) -> DaybreakError:
    """Say in our words why no connection came about; libpq tells it by its text alone."""
    reason = redact(_reason(text.partition("Failed to connect: ")[2] or text))
    settings = (
        "password",
        "does not exist",
        "pg_hba",
        "authentication",
        "translate host name",
        "SSL",
    )
    if any(words in reason for words in settings):
        step = "Check user, password, host and database of DAYBREAK_WAREHOUSE."
        return ConfigError(f"DAYBREAK_WAREHOUSE: {label}: {reason}", next_step=step)
    step = "Start the server, or point DAYBREAK_WAREHOUSE at one that runs."
    return BusyError(f"{label} cannot be reached: {reason}", next_step=step)


def _url(login: str, given: dict[str, str]) -> str:
    host, name = quote(given["host"], safe=""), quote(given["dbname"], safe="")
    return f"postgresql://{login}@{host}:{given['port']}/{name}"
