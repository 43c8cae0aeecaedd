"""Sessions without a pull before them: raw rows are put where a pull would have left them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from core.warehouse import Session, Warehouse
from destinations.warehouses.duckdb import UTC, DuckDBSession


def embedded() -> DuckDBSession:
    """Return a session in memory: the fastest there is."""
    connection = duckdb.connect()
    connection.execute(UTC)
    return DuckDBSession(connection)


@pytest.fixture
def memory() -> DuckDBSession:
    """Return a session in memory."""
    return embedded()


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    """Yield a session of each kind of warehouse."""
    with warehouse.session([]) as opened:
        yield opened
