"""A pull in miniature: rows through dlt into a warehouse, as a real pull lands them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa

from core.connector import Table
from core.warehouse import Warehouse

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

TABLES = {
    "orders": Table(columns={"note": "text", "total": "double"}),
    "memberships": Table(key=("list_id", "contact_id")),
}

FIELDS: list[pa.Field[Any]] = [
    # dlt calls a key's column not nullable, and warns a page where Arrow says otherwise.
    pa.field("id", pa.string(), nullable=False),
    pa.field("_hash", pa.int64()),
    pa.field("_version", pa.int64()),
    pa.field("deleted_at", pa.timestamp("us", tz="UTC")),
    pa.field("updated_at", pa.timestamp("us", tz="UTC")),
    pa.field("note", pa.string()),
    pa.field("total", pa.float64()),
    pa.field("quantity", pa.int64()),
    pa.field("paid", pa.bool_()),
    pa.field("data", pa.string()),
]
SCHEMA = pa.schema(FIELDS)


def order(key: int | str, version: int = 1, **columns: Any) -> dict[str, Any]:
    """Return one raw order."""
    return {"id": str(key), "_hash": hash(f"{key}-{version}"), "_version": version, **columns}


def orders(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Return raw orders as they arrive at dlt."""
    return pa.Table.from_pylist(list(rows), SCHEMA)


def land(
    warehouse: Warehouse,
    folder: Path,
    *pages: pa.Table,
    source: str = "shopify",
    table: str = "orders",
) -> None:
    """Merge ``pages`` into ``raw_<source>.<table>``, the newest ``_version`` of a row winning."""
    key = TABLES[table].key

    @dlt.resource(
        name=table,
        primary_key=key,
        write_disposition="merge",
        columns={"_version": {"dedup_sort": "desc"}},
    )
    def resource() -> Iterator[pa.Table]:
        yield from pages

    pipeline(warehouse, folder, source).run(
        resource(), loader_file_format=warehouse.loader_file_format
    )


def pipeline(warehouse: Warehouse, folder: Path, source: str = "shopify") -> dlt.Pipeline:
    """Return the dlt pipeline of ``source``."""
    return dlt.pipeline(
        f"pull_{source}",
        pipelines_dir=str(folder / "dlt"),
        destination=warehouse.destination(source),
        dataset_name=f"raw_{source}",
    )
