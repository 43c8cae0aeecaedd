"""A customer in figures, what they pay each month, and where they stand today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.warehouse import Session
from tests.transforms.raw import START, Raw
from tests.transforms.told import Row, one, reconciled, rows
from transforms import reconcile

TODAY = START + timedelta(days=1)
EMAIL = "default_email_address__email_address"


def ago(days: int) -> datetime:
    """Return a moment so many days before the night."""
    return TODAY - timedelta(days=days)


def shopper(raw: Raw, name: str, *bought: int, total: str = "40.00") -> None:
    """Have somebody who bought so many days ago."""
    named = {"first_name": name, "last_name": "Byron", EMAIL: f"{name}@home.example"}
    raw.put("shopify", "customers", id=name, created_at=ago(900), updated_at=ago(900), **named)
    for days in bought:
        money = {"currency_code": "EUR", "total_price_set__shop_money__amount": total}
        key = f"{name}{days}"
        raw.put("shopify", "orders", id=key, customer_id=name, created_at=ago(days), **money)


def payer(raw: Raw, name: str) -> None:
    mail = f"{name}@home.example"
    raw.put("stripe", "customers", id=name, name=f"{name} Byron", email=mail, created=ago(900))


def subscription(raw: Raw, name: str, key: str, amount: int, started: int, **more: Any) -> None:
    plan = {"customer": name, "start_date": ago(started), "status": "active"}
    raw.put("stripe", "subscriptions", id=key, **{**plan, **more})
    price = {"price__unit_amount": amount, "price__currency": "eur", "quantity": 1}
    month = {"price__recurring__interval": "month"}
    raw.put("stripe", "subscription_items", subscription=key, id=f"i{key}", **price, **month)


@pytest.fixture(scope="module")
def town() -> Session:
    raw = Raw()
    shopper(raw, "lead")
    shopper(raw, "active", 400, 10, 20)
    shopper(raw, "risky", 200)
    shopper(raw, "gone", 500)
    shopper(raw, "back", 800, 30)
    shopper(raw, "early", 200, -9)
    for number in range(16):
        shopper(raw, "best", number * 20 + 1, total="150.00")
    payer(raw, "paying")
    subscription(raw, "paying", "s1", 4900, 700)
    payer(raw, "leaving")
    subscription(raw, "leaving", "s2", 4900, 700, cancel_at_period_end=True)
    payer(raw, "left")
    subscription(raw, "left", "s3", 4900, 700, status="canceled", ended_at=ago(100))
    won = {"properties__dealstage": "closedwon", "properties__closedate": f"{ago(30):%FT%TZ}"}
    raw.put("hubspot", "contacts", id="sold", properties__firstname="sold")
    raw.put("hubspot", "contacts", id="sold", properties__lastname="Byron")
    raw.put("hubspot", "deals", id="d", **won)
    raw.put(
        "hubspot", "associations", from_type="deals", from_id="d", to_type="contacts", to_id="sold"
    )
    return reconciled(raw)


def stage(town: Session, name: str) -> Row:
    sql = (
        "select s.* from customer_stages as s inner join customers as c"
        " on c.customer_id = s.customer_id where c.full_name = ?"
    )
    return one(town, sql, f"{name} Byron")


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("lead", "lead"),
        ("active", "active"),
        ("risky", "at risk"),
        ("gone", "churned"),
        ("back", "won back"),
        ("paying", "active"),
        ("leaving", "at risk"),
        ("left", "churned"),
        ("sold", "active"),
    ],
)
def test_where_a_customer_stands_today(town: Session, name: str, where: str) -> None:
    assert stage(town, name)["stage"] == where


def test_a_purchase_in_the_future_makes_nobody_active(town: Session) -> None:
    assert stage(town, "early")["stage"] == "at risk"
    assert stage(town, "early")["last_purchase_at"] == ago(200)


def test_recency_frequency_and_money_go_from_one_to_five(town: Session) -> None:
    marks = {n: tuple(stage(town, n).values())[3:] for n in ("best", "active", "gone", "lead")}
    assert marks == {
        "best": (5, 5, 5),
        "active": (5, 2, 2),
        "gone": (1, 1, 1),
        "lead": (None, None, None),
    }


def test_time_alone_moves_a_customer_on() -> None:
    raw = Raw()
    shopper(raw, "ada", 10)
    session = reconciled(raw)
    assert stage(session, "ada")["stage"] == "active"
    before = rows(session, "select * from customer_metrics")

    reconcile(session, now=TODAY + timedelta(days=200))

    assert stage(session, "ada")["stage"] == "at risk"
    assert rows(session, "select * from customer_metrics") == before


def test_a_customer_in_figures(town: Session) -> None:
    best = one(
        town,
        "select m.* from customer_metrics as m inner join customers as c"
        " on c.customer_id = m.customer_id where c.full_name = 'best Byron'",
    )
    assert (best["purchases_count"], best["lifetime_value_minor"]) == (16, 240_000)
    assert (best["average_purchase_minor"], best["given_back_minor"]) == (15_000, 0)
    assert (best["first_purchase_at"], best["last_purchase_at"]) == (ago(301), ago(1))
    assert best["previous_purchase_at"] == ago(21)


def test_how_often_somebody_usually_buys_is_known_from_the_third_purchase_on(
    memory: Session,
) -> None:
    raw = Raw()
    shopper(raw, "ada", 5, 15, 45)
    shopper(raw, "bob", 5, 15)
    raw.land(memory)
    reconcile(memory, now=TODAY)
    told = rows(
        memory,
        "select c.first_name, m.usual_gap_days from customer_metrics as m"
        " inner join customers as c on c.customer_id = m.customer_id order by 1",
    )
    assert [tuple(r.values()) for r in told] == [("ada", 20), ("bob", None)]


def test_what_a_month_brings_is_new_grows_shrinks_churns_and_returns(session: Session) -> None:
    raw = Raw()
    payer(raw, "ada")
    subscription(raw, "ada", "s1", 1000, 100)
    nights: list[tuple[str, int, dict[str, Any]]] = [
        ("s1", 3000, {}),
        ("s1", 2000, {}),
        ("s2", 500, {}),
        ("s2", 500, {"status": "canceled", "ended_at": ago(-4)}),
        ("s1", 2000, {"status": "canceled", "ended_at": ago(-5)}),
        ("s3", 700, {}),
    ]
    raw.land(session)
    reconcile(session, now=raw.now())
    for key, amount, more in nights:
        raw.version += 1
        subscription(raw, "ada", key, amount, {"s1": 100}.get(key, -raw.version), **more)
        raw.land(session)
        reconcile(session, now=raw.now())

    told = rows(session, "select * from mrr_movements order by moved_at")
    assert [(r["kind"], r["delta_minor"], r["after_minor"]) for r in told] == [
        ("new", 1000, 1000),
        ("expansion", 2000, 3000),
        ("contraction", -1000, 2000),
        ("expansion", 500, 2500),
        ("contraction", -500, 2000),
        ("churn", -2000, 0),
        ("reactivation", 700, 700),
    ]
    assert told[0]["moved_at"] == ago(100)
    assert told[0]["month"] == datetime(2025, 9, 1, tzinfo=UTC)
    current = one(session, "select sum(mrr_minor) as mrr from customer_spend")
    assert int(current["mrr"]) == sum(r["delta_minor"] for r in told)


@pytest.mark.parametrize("days", [(0, 1, 2), (0, 0, 0), (0, -1, -2)], ids=["on", "still", "back"])
def test_a_ticket_that_was_closed_and_is_open_again_was_reopened_however_the_clock_goes(
    memory: Session, days: tuple[int, ...]
) -> None:
    raw = Raw()
    raw.put("zendesk", "users", id=7, name="Ada Byron", email="ada@home.example")
    for day, status in zip(days, ("open", "solved", "open"), strict=True):
        raw.put("zendesk", "tickets", id=70, requester_id=7, status=status, created_at=ago(9))
        raw.land(memory)
        reconcile(memory, now=START + timedelta(days=day))
        raw.version += 1
    counts = one(memory, "select reopened_tickets_count, open_tickets_count from customer_metrics")
    assert counts == {"reopened_tickets_count": 1, "open_tickets_count": 1}
    seen = rows(memory, "select status from ticket_history order by turn")
    assert [r["status"] for r in seen] == ["open", "solved", "open"]


def test_how_long_somebody_looked_at_prices_is_told_by_what_they_did_next(memory: Session) -> None:
    raw = Raw()
    raw.put("events", "people", id="u", user_id="u", email="ada@home.example")
    for number, (path, minute) in enumerate([("/pricing", 0), ("/", 6), ("/pricing", 50)]):
        at = TODAY - timedelta(hours=9) + timedelta(minutes=minute)
        seen = {"type": "page", "user_id": "u", "properties__path": path, "timestamp": at}
        raw.put("events", "events", message_id=f"m{number}", **seen)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    looked = rows(memory, "select path, minutes from web_events order by occurred_at")
    assert [r["minutes"] for r in looked] == [5, None, None]
    assert one(memory, "select pricing_minutes from customer_metrics") == {"pricing_minutes": 5}


def test_how_much_somebody_uses_the_product_of_late_is_told_in_days_and_features(
    session: Session,
) -> None:
    raw = Raw()
    raw.put("events", "people", id="u", user_id="u", email="ada@home.example")
    for number, (days, feature) in enumerate(
        [(1, "exported"), (1, "exported"), (3, "invited"), (40, "searched"), (100, "printed")]
    ):
        what = {"type": "track", "event": feature, "user_id": "u", "timestamp": ago(days)}
        raw.put("events", "events", message_id=f"m{number}", **what)
    raw.put("events", "events", message_id="p", type="page", user_id="u", timestamp=ago(2))
    raw.land(session)
    reconcile(session, now=TODAY)
    usage = "select active_days_30, active_days_before, features_90 from customer_usage"
    assert tuple(one(session, usage).values()) == (3, 1, 3)
    metrics = "select active_days_count, features_count, first_active_day from customer_metrics"
    started = ago(100).replace(hour=0, minute=0, second=0)
    assert tuple(one(session, metrics).values()) == (5, 4, started)

    reconcile(session, now=TODAY + timedelta(days=30))
    assert tuple(one(session, usage).values()) == (0, 3, 3)
