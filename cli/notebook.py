"""The 360 in a notebook: each call opens the warehouse to read, gives the rows, and closes it.

    from cli import notebook
    from transforms.tables import Customer
    from sqlalchemy import select

    notebook.arrow("select * from orders where total_minor > ?", 10_000)
    notebook.pandas(select(Customer).where(Customer.country == "DE"))
    notebook.polars("select * from customer_scores")
    notebook.customer("ada@example.com")

The warehouse is the one that DAYBREAK_WAREHOUSE names; ``warehouse=`` names another. Nothing can be
changed. pandas and Polars are yours to install.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlglot

import sources
from core.errors import ConfigError, QueryError
from core.settings import DaybreakSettings, load
from destinations.warehouses import open_warehouse
from transforms.customer import CustomerView, show
from transforms.readiness import advice

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Select

    from core.warehouse import Session

    Query = str | Select[Any]


def arrow(query: Query, *values: Any, warehouse: str = "") -> pa.Table:  # noqa: ANN401 - what a column may hold
    """Return the rows of one select as an Arrow table; times are UTC.

    Args:
        query: SQL in the warehouse's own dialect, or a select of ``transforms.tables``, which is
            written for the warehouse. Raw rows are ``raw_<vendor>.<table>``.
        values: What stands for each ``?`` in SQL.
        warehouse: A warehouse's URL, if not the one in force.

    Raises:
        QueryError: the warehouse refuses it; ``next_step`` says what may help.
        BusyError: a night is writing, or the server cannot be reached.
    """
    with _reading(warehouse) as session:
        sql, given = (query, list(values)) if isinstance(query, str) else _written(query, session)
        try:
            return session.query(sql, given)
        except QueryError as error:
            error.next_step = advice(session) or "docs/data-model.md lists the tables."
            raise


def pandas(query: Query, *values: Any, warehouse: str = "") -> Any:  # noqa: ANN401 - a library that need not be there
    """Return the rows of one select as a pandas DataFrame; see ``arrow``.

    Raises:
        ConfigError: pandas is not installed.
    """
    _library("pandas")
    return arrow(query, *values, warehouse=warehouse).to_pandas()


def polars(query: Query, *values: Any, warehouse: str = "") -> Any:  # noqa: ANN401 - a library that need not be there
    """Return the rows of one select as a Polars DataFrame; see ``arrow``.

    Raises:
        ConfigError: Polars is not installed.
    """
    library = _library("polars")
    return library.from_arrow(arrow(query, *values, warehouse=warehouse))


def customer(who: str, *, warehouse: str = "") -> CustomerView | None:
    """Return one customer, whole, by e-mail, phone or id; None if there is no such one."""
    with _reading(warehouse) as session:
        try:
            return show(session, who)
        except QueryError as error:
            error.next_step = advice(session) or error.next_step
            raise


@contextmanager
def _reading(warehouse: str) -> Iterator[Session]:
    opened = open_warehouse(warehouse or load(DaybreakSettings).warehouse_url())
    with opened.session(sources.names(), read_only=True) as session:
        yield session


def _written(query: Select[Any], session: Session) -> tuple[str, list[Any]]:
    """Write a select for the warehouse, its values apart from its words.

    SQLAlchemy writes it for Postgres, and sqlglot turns that into DuckDB's where it must.
    """
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect(paramstyle="qmark")  # type: ignore[no-untyped-call] # as it comes
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    given = [compiled.params[name] for name in compiled.positiontup or ()]
    sql = str(compiled)
    if session.dialect == "duckdb":
        sql = sqlglot.transpile(sql, read="postgres", write="duckdb")[0]
    return sql, given


def _library(name: str) -> Any:  # noqa: ANN401 - as above
    try:
        return import_module(name)
    except ImportError:
        raise ConfigError(
            f"{name} is not installed",
            next_step=f"pip install {name}, or read with notebook.arrow.",
        ) from None
