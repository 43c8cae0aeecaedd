"""The crowd that the marts are measured by is as large, and as changed, as it says."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.crowd import crowd, facts

CUSTOMERS = 10_000
WHOSE = {
    "shopify.orders": "customer_id",
    "shopify.order_lines": "order_id",
    "shopify.refunds": "order_id",
    "stripe.charges": "customer",
    "stripe.refunds": "charge",
    "stripe.subscriptions": "customer",
    "stripe.invoices": "customer",
    "zendesk.tickets": "requester_id",
    "zendesk.ticket_metric_events": "ticket_id",
    "klaviyo.events": "profile_id",
    "hubspot.associations": "to_id",
    "events.events": "user_id",
}


def test_a_customer_has_ten_facts() -> None:
    assert 10 <= facts(crowd(CUSTOMERS)) / CUSTOMERS < 11


@pytest.mark.parametrize("table", WHOSE)
def test_one_row_in_a_hundred_is_one_customer_in_a_hundred(table: str) -> None:
    rows = crowd(CUSTOMERS)[table]
    strangers = duckdb.execute(
        f"select count(*) from (select i, {rows.values} from range({rows.count}) t(i))"
        f" where cast({WHOSE[table]} as bigint) % 100 <> i % 100"
    ).fetchone()
    assert strangers == (0,)
