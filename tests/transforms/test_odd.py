"""Bad input is placed where a person would look for it, counted, and in no figure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.test_metrics import TODAY, ago, payer, shopper, subscription
from tests.transforms.told import one, reconciled, rows


@pytest.fixture(scope="module")
def town() -> Session:
    raw = Raw()
    shopper(raw, "ada", 30)
    raw.put("shopify", "refunds", id="r", order_id="ada30", amount="99.00", currency="EUR")
    raw.put("shopify", "order_lines", id="l", order_id="ada30", quantity=-2)
    raw.put("shopify", "orders", id="free", customer_id="ada", created_at=ago(3))
    raw.put("shopify", "orders", id="free", total_price_set__shop_money__amount="5.00")
    shopper(raw, "bob", -3)
    payer(raw, "cyd")
    subscription(raw, "cyd", "s", 900, 100)
    more = {"price__unit_amount": 900, "price__currency": "usd", "quantity": 1}
    raw.put(
        "stripe", "subscription_items", subscription="s", id="usd",
        price__recurring__interval="month", **more,
    )  # fmt: skip
    subscription(raw, "cyd", "back", 900, 5, status="canceled", ended_at=ago(50))
    raw.put("zendesk", "users", id=7, name="ada Byron", email="ada@home.example")
    raw.put("zendesk", "tickets", id=70, requester_id=7, status="closed", created_at=ago(1))
    raw.put("zendesk", "tickets", id=70, updated_at=ago(9))
    for key, name, days in [("old", "discovery", 500), ("new", "proposal", 5)]:
        stage = {"properties__dealstage": name, "properties__pipeline": "default"}
        raw.put("hubspot", "deals", id=key, updated_at=ago(days), created_at=ago(600), **stage)
    return reconciled(raw)


@pytest.mark.parametrize(
    ("fact", "item", "oddity"),
    [
        ("refund", "r", "larger than what was paid"),
        ("order line", "l", "a negative quantity"),
        ("order", "free", "an amount without a currency"),
        ("order", "bob-3", "it happens in the future"),
        ("subscription", "s", "in two currencies"),
        ("subscription", "back", "ended before it began"),
        ("ticket", "70", "closed before it was opened"),
        ("deal", "old", "in an abandoned stage"),
    ],
)
def test_what_cannot_be_right_is_listed(town: Session, fact: str, item: str, oddity: str) -> None:
    found = rows(town, "select * from odd_facts where fact = ? and item_id = ?", fact, item)
    assert [row["oddity"] for row in found] == [oddity]


def test_nothing_that_is_right_is_called_odd(town: Session) -> None:
    assert one(town, "select count(*) as n from odd_facts") == {"n": 8}


def test_nothing_odd_is_silently_in_a_figure(town: Session) -> None:
    counted = rows(town, "select item_id from money_movements where is_counted order by 1")
    assert [row["item_id"] for row in counted] == ["ada30", "bob-3"]
    mixed = one(town, "select currency, mrr_minor from subscriptions where subscription_id = 's'")
    assert mixed == {"currency": None, "mrr_minor": None}
    stages = rows(town, "select last_purchase_at from customer_stages order by 1")
    assert {row["last_purchase_at"] for row in stages} == {None, ago(30)}
    assert ago(-3) == TODAY + timedelta(days=3)
