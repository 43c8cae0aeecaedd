"""A place for a question that DuckDB answers best: in memory, and opened once a process."""

from __future__ import annotations

from functools import cache

import duckdb


def scratch(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Return a connection of one's own, to be closed; a whole new database costs 15 ms.

    With one thread the answers come in the order of what was asked about.
    """
    return _database(threads).cursor()


@cache
def _database(threads: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": threads})
