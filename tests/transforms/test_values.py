"""What fields hold is counted by value and source, on every warehouse, and names no one."""

from __future__ import annotations

import pyarrow as pa

from core.warehouse import Warehouse
from transforms.values import MOST_VALUES, held

ORDERS = {
    "source": ["shopify"] * 3 + ["woocommerce"],
    "status": ["paid", "paid", None, "open"],
    "total_minor": [100, 300, 500, 0],
}


def test_values_are_counted_and_amounts_have_a_middle(warehouse: Warehouse) -> None:
    with warehouse.session([]) as session:
        session.load("orders", pa.table(ORDERS), temporary=False)
        found = held(session)

    assert found == [
        {
            "source": "shopify",
            "table": "orders",
            "field": "status",
            "rows": 3,
            "values": {"": 1, "paid": 2},
        },
        {
            "source": "woocommerce",
            "table": "orders",
            "field": "status",
            "rows": 1,
            "values": {"open": 1},
        },
        {
            "source": "shopify",
            "table": "orders",
            "field": "total_minor",
            "rows": 3,
            "median": 300.0,
        },
    ]


def test_a_field_of_many_values_names_things_and_is_not_kept(warehouse: Warehouse) -> None:
    many = MOST_VALUES + 1
    stages = pa.table({"source": ["hubspot"] * many, "stage": [f"s{n}" for n in range(many)]})
    with warehouse.session([]) as session:
        session.load("deals", stages, temporary=False)
        assert held(session) == []
