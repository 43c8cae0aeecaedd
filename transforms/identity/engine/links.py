"""Which customer each record belongs to, as a Parquet file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.identity.engine.columns import Ints
from transforms.identity.engine.scratch import scratch

WRITTEN = "'c' || lpad(customer_id::varchar, 10, '0')"


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
    with scratch() as session:
        session.register("found", pa.table({"record_id": record_ids, "person": persons}))
        return session.sql(
            "with born as (select person, row_number() over (order by min(record_id)) as "
            f"customer_id from found group by person) select record_id, {WRITTEN} as customer_id "
            "from found join born using (person)"
        ).to_arrow_table()
