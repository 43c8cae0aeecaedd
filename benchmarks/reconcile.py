"""Reconcile at the size of the Olist data: everything once, then one row in a hundred changed.

``python -m benchmarks.reconcile HOME``.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sources
from benchmarks.cost import Cost
from benchmarks.raw import Rows, change, lay
from destinations.warehouses.duckdb import DuckDBWarehouse
from transforms.identity.settings import Steering
from transforms.runner import reconcile

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
BOUGHT = "timestamptz '2017-01-01 00:00:00+00' + to_seconds(i * 600)"
NAME = "'Given' || (i % 997) as first_name, 'Family' || (i % 7919) as last_name"
ROWS = {
    "shopify.customers": Rows(
        99_441,
        f"{NAME}, 'p' || (i % 96096) || '@shop.example' as default_email_address__email_address,"
        f" 'BR' as default_address__country_code, {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
    "shopify.orders": Rows(
        99_441,
        "'#' || i as name, cast(i as text) as customer_id, 'BRL' as currency_code,"
        " 'p' || (i % 96096) || '@shop.example' as email,"
        " (i % 500 + 10)::text || '.90' as total_price_set__shop_money__amount,"
        f" {BOUGHT} as created_at, {BOUGHT} as processed_at, {BOUGHT} as updated_at",
    ),
    "shopify.order_lines": Rows(
        112_650,
        "cast(i % 99441 as text) as order_id, cast(i % 32951 as text) as product_id,"
        " 'Tea' as title, 1 as quantity, 'BRL' as currency_code,"
        " (i % 500 + 10)::text || '.90' as original_total_set__shop_money__amount",
        "quantity = 2",
    ),
    "shopify.products": Rows(32_951, f"'Tea ' || i as title, {BOUGHT} as created_at"),
    "stripe.charges": Rows(
        103_886,
        "i % 50000 + 1090 as amount, 'brl' as currency, 'succeeded' as status, true as paid,"
        f" 'p' || (i % 96096) || '@shop.example' as billing_details__email, {BOUGHT} as created",
        "created = created + to_hours(1)",
    ),
    "zendesk.users": Rows(
        20_000,
        "'Given Family' || i as name, 'p' || i || '@shop.example' as email,"
        f" 'end-user' as role, {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
    "zendesk.tickets": Rows(
        99_224,
        "i % 20000 as requester_id, 'Where is it' as subject, 'closed' as status,"
        f" {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
    "hubspot.contacts": Rows(
        8_000,
        "'lead' || i || '@firm.example' as properties__email,"
        f" {BOUGHT} as created_at, {BOUGHT} as updated_at",
    ),
}


def work(home: Path) -> dict[str, Any]:
    """Reconcile three times: everything, one in a hundred, nothing."""
    warehouse = DuckDBWarehouse(home / "warehouse")
    rows, seconds, records = lay(warehouse, ROWS), [], []
    tables = {name: sources.load(name).tables for name in sources.names()}
    for night in range(3):
        if night == 1:
            change(warehouse, ROWS)
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
