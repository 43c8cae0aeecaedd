"""Which customer each record belongs to, as a Parquet file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.identity.engine import strings
from transforms.identity.engine.columns import Ints

DIGITS = 10
WRITTEN = f"'c' || lpad(customer_id::varchar, {DIGITS}, '0')"


def write(path: Path, links: pa.Table) -> None:
    """Write links (``record_id``, ``customer_id``); the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    pq.write_table(links, draft)
    draft.replace(path)


def of(session: duckdb.DuckDBPyConnection, table: str) -> pa.Table:
    """Return the links of a state's table."""
    return session.sql(f"select record_id, {WRITTEN} as customer_id from {table}").to_arrow_table()


def numbered(record_ids: pa.ChunkedArray, persons: Ints) -> pa.Table:
    """Number persons in the order of their smallest record id."""
    rising = pc.sort_indices(record_ids).to_numpy()
    first = np.full(int(persons.max(initial=-1)) + 1, len(persons))
    # Backwards, so that the smallest is written last.
    first[persons[rising[::-1]]] = np.arange(len(persons))[::-1]
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(1, len(first) + 1)
    return pa.table({"record_id": record_ids, "customer_id": written(number[persons])})


def written(numbers: Ints) -> pa.Array:
    """Write numbers as ``WRITTEN`` does."""
    text = np.full((len(numbers), DIGITS + 1), ord("c"), dtype=np.uint8)
    rest = numbers.copy()
    for place in range(DIGITS, 0, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, place] = digit + ord("0")
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * np.int32(DIGITS + 1)
    return strings.whole(ends, text.ravel())
