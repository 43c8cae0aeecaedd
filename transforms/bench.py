"""The workbench of one reconcile: a session, its passing tables, and what changed so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import sqlglot

from core.warehouse import Session
from transforms.kinds import TYPES


@lru_cache(maxsize=2048)
def _translated(query: str, dialect: str) -> str:
    return str(sqlglot.parse_one(query, read="duckdb").sql(dialect))


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows of one table that came, went or became different, as before and as after.

    Attributes:
        relation: Where those rows are; the table itself if it was built anew.
        rows: How many rows (by grain) are different.
        whole: Everything must be taken as changed: there was no such table before.
    """

    relation: str
    rows: int
    whole: bool = False

    def __bool__(self) -> bool:
        return self.whole or self.rows > 0


@dataclass(slots=True)
class Bench:
    """A session with throw-away tables of its own, dropped when the bench is left.

    Attributes:
        session: The warehouse.
        everything: Whether this run takes every table as changed.
        changes: Table or view -> what changed in it during this run.
    """

    session: Session
    everything: bool = False
    changes: dict[str, Changes] = field(default_factory=dict)
    _temporary: list[str] = field(default_factory=list)
    _views: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        if self.session.dialect == "postgres":
            # Postgres takes what is ranked, filtered or left over for a row or two, and would loop
            # over a whole table for each: half an hour for a hundred thousand customers.
            self.session.execute("set local enable_nestloop = off")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            for name in self._views:
                self.session.execute(f"drop view if exists {name}")
            for name in self._temporary:
                self.session.execute(f"drop table if exists {name}")

    def render(self, query: str) -> str:
        """Return ``query``, written in DuckDB's dialect, in the session's."""
        if self.session.dialect == "duckdb":
            return query
        return _translated(query, self.session.dialect)

    def create(self, table: str, columns: Mapping[str, str]) -> None:
        """Create ``table``, empty; ``columns`` are names and the types of ``kinds``.

        Always by its columns, never from an empty select: DuckDB 1.5 loses every row of a large
        insert into a table that the same transaction made from a select without rows.
        """
        types = TYPES[self.session.dialect]
        written = ", ".join(f"{name} {types[kind]}" for name, kind in columns.items())
        self.session.execute(f"drop table if exists {table}")
        self.session.execute(f"create table {table} ({written})")

    def keep(self, what: str, query: str) -> str:
        """Put the rows of ``query``, in DuckDB's dialect, into a passing table; return its name."""
        return self.keep_rendered(what, self.render(query))

    def keep_rendered(self, what: str, query: str) -> str:
        """Put the rows of ``query``, in the session's dialect, into a passing table.

        The name follows from ``what`` alone, so that the text of a query is the same every night.
        """
        name = self._name(what)
        self.session.execute(f"create temporary table {name} as {query}")
        self.settle(name)
        return name

    def show(self, what: str, query: str) -> str:
        """Let a passing view stand for the rows of ``query``; return its name."""
        name = f"tmp_{what}"
        self._views.append(name)
        self.execute(f"create temporary view {name} as {query}")
        return name

    def load(self, what: str, rows: pa.Table) -> str:
        """Put ``rows`` into a passing table and return its name."""
        name = self._name(what)
        self.session.load(name, rows, temporary=True)
        return name

    def execute(self, sql: str) -> None:
        """Run one statement written in DuckDB's dialect."""
        self.session.execute(self.render(sql))

    def query(self, sql: str) -> pa.Table:
        """Return the rows of one select written in DuckDB's dialect."""
        return self.session.query(self.render(sql))

    def value(self, sql: str) -> Any:  # noqa: ANN401 - whatever the warehouse keeps
        """Return the only value of a select; None if it has no row."""
        rows = self.query(sql)
        return rows.column(0)[0].as_py() if rows.num_rows else None

    def count(self, relation: str) -> int:
        """Return how many rows ``relation`` has."""
        return int(self.value(f"select count(*) from {relation}"))

    def exists(self, table: str) -> bool:
        """Tell whether there is such a table."""
        return bool(self.session.columns(table))

    def changed(self, relation: str) -> Changes:
        """Return what changed in ``relation`` so far; nothing if it was not touched."""
        return self.changes.get(relation, Changes(relation, 0))

    def _name(self, what: str) -> str:
        name = f"tmp_{what}"
        self._temporary.append(name)
        return name

    def settle(self, table: str) -> None:
        """Let the planner know the size: it takes every fresh Postgres table for a small one."""
        if self.session.dialect == "postgres":
            self.session.execute(f"analyze {table}")
