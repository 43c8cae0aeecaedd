"""Sessions without a pull before them: raw rows are put where a pull would have left them.

Stories run on DuckDB every day and on Postgres for the proof. What the two could tell apart is
compared row for row every day, with every staging model at work, in `test_delta.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from core.warehouse import Session, Warehouse
from destinations.warehouses import open_warehouse
from destinations.warehouses.duckdb import UTC, DuckDBSession
from tests.conftest import MOSTLY_DUCKDB, empty_database, empty_warehouse

ALONE = 1
"""Threads: a handful of rows has no work for a second one, and asking it costs a fifth."""


def embedded() -> DuckDBSession:
    """Return a session in memory: the fastest there is."""
    connection = duckdb.connect(config={"threads": ALONE})
    connection.execute(UTC)
    return DuckDBSession(connection)


@pytest.fixture
def memory() -> DuckDBSession:
    """Return a session in memory."""
    return embedded()


@pytest.fixture(params=MOSTLY_DUCKDB)
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty warehouse."""
    return empty_warehouse(request, tmp_path)


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    """Yield a session of each kind of warehouse."""
    with warehouse.session([]) as opened:
        if opened.dialect == "duckdb":
            opened.execute(f"set threads = {ALONE}")
        yield opened


@pytest.fixture(scope="module", params=MOSTLY_DUCKDB)
def lasting(request: pytest.FixtureRequest) -> Iterator[Session]:
    """Yield a session for a world that every story of a file looks at and none changes."""
    with ExitStack() as stack:
        if request.param == "duckdb":
            yield embedded()
            return
        url = stack.enter_context(empty_database(request.getfixturevalue("postgres_server")))
        yield stack.enter_context(open_warehouse(url).session([]))
