"""What files and databases bring, in the 360: every table that a mapping may fill."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from transforms import reconcile

DAY = datetime(2025, 3, 1, tzinfo=UTC)
SHOWN = {
    "source_records": "source_id, email, phone, email_consent, record_type",
    "orders": "order_id, customer_id, status, currency, total_minor, is_guest",
    "order_lines": "order_line_id, order_id, product_id, total_minor",
    "products": "product_id, price_minor, currency",
    "payments": "payment_id, customer_id, status, amount_minor",
    "refunds": "refund_id, amount_minor",
    "invoices": "invoice_id, customer_id, due_minor",
    "tickets": "ticket_id, customer_id, is_open",
    "deals": "deal_id, customer_id, is_won, amount_minor",
}


@pytest.mark.parametrize("source", ["files", "database"])
def test_every_table_that_a_mapping_fills_is_in_the_360(source: str, session: Session) -> None:
    raw = Raw()

    def put(table: str, key: str, **values: Any) -> None:
        raw.put(source, table, system="till", id=key, created_at=DAY, **values)

    put("people", "1", last_name="Ada", email="ada@example.com", email_consent="OPTED_IN")
    put("orders", "A", person_id="1", currency="eur", total="1234.5", placed_at=DAY)
    put("orders", "B", email="bob@example.com", currency="JPY", total="500", status="Canceled")
    put("order_lines", "A:1", order_id="A", product_id="m", quantity=3, unit_price="2.50")
    put("products", "m", title="Mug", price="2.50", currency="EUR")
    put("payments", "p", person_id="1", order_id="A", amount="1234.50", currency="EUR")
    put("refunds", "r", payment_id="p", amount="free", currency="EUR")
    put("invoices", "i", person_id="1", due="10", currency="EUR")
    put("tickets", "t", person_id="1", status="Open")
    put("deals", "d", person_id="1", name="Big", is_won=True, amount="99.99", currency="EUR")
    raw.land(session)
    reconcile(session, now=raw.now())

    found = {
        table: [
            tuple(r.values())
            for r in session.query(f"select {c} from {table} order by 1").to_pylist()
        ]
        for table, c in SHOWN.items()
    }
    (ada,) = {row[1] for row in found["payments"]}
    (bob,) = {row[1] for row in found["orders"]} - {ada}
    assert ada
    assert bob
    assert found == {
        "source_records": [
            ("till:1", "ada@example.com", None, "opted_in", "person"),
            ("till:order:B", "bob@example.com", None, None, "guest"),
        ],
        "orders": [
            ("till:A", ada, "placed", "EUR", 123_450, False),
            ("till:B", bob, "cancelled", "JPY", 500, True),
        ],
        "order_lines": [("till:A:1", "till:A", "till:m", 750)],
        "products": [("till:m", 250, "EUR")],
        "payments": [("till:p", ada, "succeeded", 123_450)],
        "refunds": [("till:r", None)],
        "invoices": [("till:i", ada, 1_000)],
        "tickets": [("till:t", ada, True)],
        "deals": [("till:d", ada, True, 9_999)],
    }


def test_a_visitor_who_became_a_user_is_one_customer(session: Session) -> None:
    raw = Raw()
    raw.put("events", "people", id="u", user_id="u", email="ada@example.com", name="Ada")
    raw.put("events", "people", id="v", deleted_at=DAY, merged_into="u")
    raw.land(session)
    reconcile(session, now=raw.now())
    held = session.query("select customer_id from identities where valid_to is null").to_pylist()
    assert len({row["customer_id"] for row in held}) == 1
