"""Reconcile at the size of the Olist data: everything once, then one row in a hundred changed.

``python -m benchmarks.reconcile HOME``. The raw tables are written with SQL, as a pull leaves
them: what is measured begins where the pull ends.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

import sources
from benchmarks.cost import Cost
from core.connector import Table
from destinations.warehouses.duckdb import DuckDBWarehouse
from transforms.identity.settings import Steering
from transforms.runner import reconcile

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
KINDS = {"bigint": "bigint", "double": "double", "bool": "boolean", "text": "text", "json": "text"}
BOUGHT = "timestamptz '2017-01-01 00:00:00+00' + to_seconds(i * 600)"
NAME = "'Given' || (i % 997) as first_name, 'Family' || (i % 7919) as last_name"
ROWS = {
    "shopify.customers": (
        99_441,
        f"{NAME}, 'p' || (i % 96096) || '@shop.example' as default_email_address__email_address,"
        f" 'BR' as default_address__country_code, {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
    "shopify.orders": (
        99_441,
        "'#' || i as name, cast(i as text) as customer_id, 'BRL' as currency_code,"
        " 'p' || (i % 96096) || '@shop.example' as email,"
        " (i % 500 + 10)::text || '.90' as total_price_set__shop_money__amount,"
        f" {BOUGHT} as created_at, {BOUGHT} as processed_at, {BOUGHT} as updated_at",
    ),
    "shopify.order_lines": (
        112_650,
        "cast(i % 99441 as text) as order_id, cast(i % 32951 as text) as product_id,"
        " 'Tea' as title, 1 as quantity, 'BRL' as currency_code,"
        " (i % 500 + 10)::text || '.90' as original_total_set__shop_money__amount",
    ),
    "shopify.products": (32_951, f"'Tea ' || i as title, {BOUGHT} as created_at"),
    "stripe.charges": (
        103_886,
        "i % 50000 + 1090 as amount, 'brl' as currency, 'succeeded' as status, true as paid,"
        f" 'p' || (i % 96096) || '@shop.example' as billing_details__email, {BOUGHT} as created",
    ),
    "zendesk.users": (
        20_000,
        "'Given Family' || i as name, 'p' || i || '@shop.example' as email,"
        f" 'end-user' as role, {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
    "zendesk.tickets": (
        99_224,
        "i % 20000 as requester_id, 'Where is it' as subject, 'closed' as status,"
        f" {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
    "hubspot.contacts": (
        8_000,
        "'lead' || i || '@firm.example' as properties__email,"
        f" {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
}

CHANGED = {
    "shopify.order_lines": "quantity = 2",
    "stripe.charges": "created = created + to_hours(1)",
}


def lay(warehouse: DuckDBWarehouse) -> int:
    """Write the raw tables; return their rows."""
    for name in sources.names():
        warehouse.destination(name)
        with duckdb.connect(str(warehouse.folder / f"{name}.duckdb")) as raw:
            raw.execute("set TimeZone = 'UTC'")
            raw.execute(f"create schema raw_{name}")
            for table, shape in sources.load(name).tables.items():
                raw.execute(_created(f"raw_{name}.{table}", shape))
                rows, values = ROWS.get(f"{name}.{table}", (0, ""))
                if rows:
                    raw.execute(
                        f"insert into raw_{name}.{table} by name select i as id, {values},"
                        " i as _hash, i + 1 as _version, now() as _pulled_at"
                        f" from range({rows}) t(i)"
                    )
    return sum(rows for rows, _ in ROWS.values())


def change(warehouse: DuckDBWarehouse) -> int:
    """Pull one row in a hundred anew; return how many."""
    changed = 0
    for name in sorted({key.split(".")[0] for key in ROWS}):
        with duckdb.connect(str(warehouse.folder / f"{name}.duckdb")) as raw:
            for key, (rows, _) in ROWS.items():
                source, table = key.split(".")
                if source == name:
                    raw.execute(
                        f"update raw_{name}.{table} set _version = _version + 1000000,"
                        f" {CHANGED.get(key, 'created_at = created_at + to_hours(1)')}"
                        " where _hash % 100 = 0"
                    )
                    changed += -(-rows // 100)
    return changed


def _created(name: str, table: Table) -> str:
    columns = dict.fromkeys(table.key, "text")
    columns |= {column: KINDS.get(kind, "timestamptz") for column, kind in table.columns.items()}
    columns |= {"deleted_at": "timestamptz", "_hash": "bigint"}
    columns |= {"_version": "bigint", "_pulled_at": "timestamptz"}
    return f"create table {name} ({', '.join(f'{n} {kind}' for n, kind in columns.items())})"


def work(home: Path) -> dict[str, Any]:
    """Reconcile three times: everything, one in a hundred, nothing."""
    warehouse = DuckDBWarehouse(home / "warehouse")
    rows, seconds, records = lay(warehouse), [], []
    tables = {name: sources.load(name).tables for name in sources.names()}
    for night in range(3):
        if night == 1:
            change(warehouse)
        with warehouse.session(sources.names()) as session:
            done = reconcile(session, now=NOW, sources=tables, steering=Steering.at(home))
        seconds.append(done.seconds)
        records.append(done.records)
    return {"rows": rows, "seconds": seconds, "records": records, "customers": done.total}


def main() -> None:
    """Print what it cost."""
    Cost.tell(lambda: work(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
