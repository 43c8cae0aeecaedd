"""Raw tables written with SQL, as a pull leaves them; what is measured begins where a pull ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

import sources
from core.connector import Table
from destinations.warehouses.duckdb import DuckDBWarehouse

KINDS = {"bigint": "bigint", "double": "double", "bool": "boolean", "text": "text", "json": "text"}
OTHERS = 100
"""One row in so many is another when it is pulled anew."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What one raw table holds.

    Attributes:
        count: How many rows.
        values: A select list over ``i``, the number of the row; a key ``id`` is that number.
        changed: What an update sets where the vendor changed a row; empty if none ever is.
    """

    count: int
    values: str
    changed: str = "created_at = created_at + to_hours(1)"


def lay(warehouse: DuckDBWarehouse, rows: Mapping[str, Rows]) -> int:
    """Create every raw table there is and fill those of ``rows``; return how many rows that is.

    Args:
        warehouse: The warehouse, without raw files.
        rows: ``<source>.<table>`` -> what it holds.
    """
    for name in sources.names():
        warehouse.destination(name)
        with duckdb.connect(str(warehouse.folder / f"{name}.duckdb")) as raw:
            raw.execute("set TimeZone = 'UTC'")
            raw.execute(f"create schema raw_{name}")
            for table, shape in sources.load(name).tables.items():
                raw.execute(_created(f"raw_{name}.{table}", shape))
                if held := rows.get(f"{name}.{table}"):
                    key = "i as id, " if "id" in shape.key else ""
                    raw.execute(
                        f"insert into raw_{name}.{table} by name select {key}{held.values},"
                        " i as _hash, i + 1 as _version, now() as _pulled_at"
                        f" from range({held.count}) t(i)"
                    )
    return sum(held.count for held in rows.values())


def change(warehouse: DuckDBWarehouse, rows: Mapping[str, Rows]) -> int:
    """Pull one row in a hundred anew; return how many."""
    changed = 0
    newer = max(held.count for held in rows.values())
    for name in sorted({key.split(".")[0] for key in rows}):
        with duckdb.connect(str(warehouse.folder / f"{name}.duckdb")) as raw:
            for key, held in rows.items():
                source, table = key.split(".")
                if source == name and held.changed:
                    raw.execute(
                        f"update raw_{name}.{table} set _version = _version + {newer},"
                        f" {held.changed} where _hash % {OTHERS} = 0"
                    )
                    changed += -(-held.count // OTHERS)
    return changed


def _created(name: str, table: Table) -> str:
    columns = dict.fromkeys(table.key, "text")
    columns |= {column: KINDS.get(kind, "timestamptz") for column, kind in table.columns.items()}
    columns |= {"deleted_at": "timestamptz", "_hash": "bigint"}
    columns |= {"_version": "bigint", "_pulled_at": "timestamptz"}
    return f"create table {name} ({', '.join(f'{n} {kind}' for n, kind in columns.items())})"
