"""Money is counted once, in whole minor units, and what is not counted says why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from tests.transforms.told import Row, day, one, reconciled, rows
from transforms import reconcile
from transforms.rates import ReportSettings, rates

EMAIL = "default_email_address__email_address"
TOTAL = "total_price_set__shop_money__amount"
BACK = "total_refunded_set__shop_money__amount"


def order(raw: Raw, key: str, total: str | None, number: int = 0, **more: Any) -> None:
    given = {"customer_id": "1", "currency_code": "EUR", "created_at": day(number), TOTAL: total}
    raw.put("shopify", "orders", id=key, **{**given, **more})


def charge(raw: Raw, key: str, amount: int, number: int = 0, **more: Any) -> None:
    given = {"customer": "cus_1", "currency": "eur", "status": "succeeded", "created": day(number)}
    raw.put("stripe", "charges", id=key, amount=amount, amount_refunded=0, **{**given, **more})


def back(raw: Raw, source: str, key: str, of: str, amount: int, **more: Any) -> None:
    if source == "shopify":
        given: dict[str, Any] = {"order_id": of, "amount": f"{amount / 100:.2f}"}
        raw.put(
            "shopify", "refunds", id=key, currency="EUR", created_at=day(9), **{**given, **more}
        )
    else:
        given = {"charge": of, "amount": amount, "currency": "eur", "status": "succeeded"}
        raw.put("stripe", "refunds", id=key, created=day(9), **{**given, **more})


@pytest.fixture(scope="module")
def town() -> Session:
    raw = Raw()
    raw.put("shopify", "customers", id="1", first_name="Ada", **{EMAIL: "ada@home.example"})
    raw.put("stripe", "customers", id="cus_1", name="Ada", email="ada@home.example")
    order(raw, "named", "10.00")
    charge(raw, "by name", 1000, metadata__order_id="named")
    order(raw, "instalments", "30.00")
    charge(raw, "first", 1000, metadata__order_id="instalments")
    charge(raw, "second", 2000, metadata__order_id="instalments")
    order(raw, "unnamed", "77.70", 20)
    charge(raw, "by amount", 7770, 20)
    charge(raw, "too late", 7770, 25)
    charge(raw, "subscription", 4900, 30)
    charge(raw, "failed", 4900, 30, status="failed")
    order(raw, "cancelled", "15.00", cancelled_at=day(1))
    charge(raw, "of cancelled", 1500, metadata__order_id="cancelled")
    order(raw, "test", "99.00", test=True)
    order(raw, "voided", "98.00", display_financial_status="VOIDED")
    order(raw, "nothing told", None)
    order(raw, "both refund", "50.00", 40, **{BACK: "20.00"})
    charge(raw, "of both", 5000, 40, metadata__order_id="both refund")
    back(raw, "shopify", "in shop", "both refund", 2000)
    back(raw, "stripe", "in billing", "of both", 2000)
    order(raw, "biller refunds", "60.00", 50)
    charge(raw, "of biller", 6000, 50, metadata__order_id="biller refunds")
    back(raw, "stripe", "only billing", "of biller", 1000)
    order(raw, "small", "5.00", 60)
    back(raw, "shopify", "too large", "small", 600)
    order(raw, "yen", "1500", 70, currency_code="JPY")
    order(raw, "krona", "100", 70, currency_code="XTS")
    order(raw, "tower", "90000000000", 70, currency_code="KRW")
    return reconciled(raw)


def movement(town: Session, item: str) -> Row:
    return one(town, "select * from money_movements where item_id = ?", item)


@pytest.mark.parametrize("payment", ["by name", "first", "second", "of both", "of biller"])
def test_a_payment_that_names_its_order_is_counted_with_it(town: Session, payment: str) -> None:
    paid = movement(town, payment)
    assert (paid["is_counted"], paid["uncounted_because"]) == (False, "its order is counted")
    assert paid["same_as_source"] == "shopify"


def test_a_payment_without_a_name_is_the_order_of_that_amount_and_day(town: Session) -> None:
    paid = movement(town, "by amount")
    assert (paid["is_counted"], paid["same_as_id"]) == (False, "unnamed")
    assert paid["uncounted_because"] == "an order of that amount and day is counted"
    assert movement(town, "too late")["is_counted"]


def test_a_payment_without_an_order_counts_by_itself(town: Session) -> None:
    assert movement(town, "subscription")["is_counted"]
    assert movement(town, "failed")["uncounted_because"] == "payment failed"


def test_what_was_paid_for_a_cancelled_order_is_still_ours(town: Session) -> None:
    assert movement(town, "cancelled")["uncounted_because"] == "cancelled"
    assert movement(town, "of cancelled")["is_counted"]


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("test", "a test"),
        ("voided", "payment voided or expired"),
        ("nothing told", "no amount"),
        ("too large", "larger than what was paid"),
    ],
)
def test_what_is_not_counted_says_why(town: Session, item: str, why: str) -> None:
    assert movement(town, item)["uncounted_because"] == why


def test_a_refund_that_both_tell_is_taken_off_once(town: Session) -> None:
    assert movement(town, "in shop")["is_counted"]
    assert not movement(town, "in billing")["is_counted"]
    assert movement(town, "only billing")["amount_minor"] == -1000
    assert movement(town, "only billing")["is_counted"]


def test_the_parts_add_up_to_the_whole(town: Session) -> None:
    sums = rows(town, "select currency, sum(net_minor) as net from revenue group by 1 order by 1")
    euros = 1000 + 3000 + 7770 + 7770 + 4900 + 1500 + 5000 - 2000 + 6000 - 1000 + 500
    assert {r["currency"]: int(r["net"]) for r in sums} == {
        "EUR": euros,
        "JPY": 1500,
        "KRW": 90_000_000_000,
        "XTS": 10000,
    }
    why = "select count(*) as n from money_movements where is_counted = (uncounted_because is null)"
    assert one(town, why)["n"] == len(rows(town, "select 1 as one from money_movements"))


def test_a_large_sum_is_converted_like_a_small_one(town: Session) -> None:
    assert movement(town, "tower")["reporting_minor"] > 90_000_000_000 * 100 // 3000


def test_a_missing_rate_is_told_and_never_nothing(town: Session) -> None:
    assert movement(town, "yen")["reporting_minor"] == 920
    assert movement(town, "krona")["reporting_minor"] is None
    assert rows(town, "select currency, amount_minor from missing_rates") == [
        {"currency": "XTS", "amount_minor": 10000}
    ]
    months = rows(town, "select currency, unconverted_count from revenue where currency = 'XTS'")
    assert months == [{"currency": "XTS", "unconverted_count": 1}]


def test_facts_without_a_customer_are_counted_by_why(memory: Session) -> None:
    raw = Raw()
    order(raw, "nobody's", "1.00", customer_id=None)
    order(raw, "stranger's", "1.00", customer_id="9")
    raw.put("shopify", "customers", id="8", **{EMAIL: "bob@home.example"})
    order(raw, "deleted", "1.00", customer_id="8")
    raw.gone("shopify", "customers", "8")
    raw.put("hubspot", "email_events", id="e", recipient="who@home.example", created=day(0))
    raw.put("hubspot", "deals", id="d", properties__dealname="Sale")
    back(raw, "shopify", "r", "unknown", 100)
    raw.land(memory)
    reconcile(memory, now=raw.now())

    found = rows(memory, "select * from unplaced_facts order by fact, reason")
    assert [(r["fact"], r["reason"], r["facts_count"]) for r in found] == [
        ("deal", "it names nobody", 1),
        ("message event", "its address is nobody's, or of several customers", 1),
        ("order", "it names nobody", 1),
        ("order", "its record is not among those pulled", 1),
        ("order", "its record was deleted", 1),
        ("refund", "what was paid is unknown, or nobody's", 1),
    ]


def test_customers_of_whom_nothing_happened_are_told_as_what_they_are_known(town: Session) -> None:
    raw = Raw()
    raw.put("shopify", "customers", id="1", first_name="Ada", **{EMAIL: "ada@home.example"})
    raw.put("hubspot", "contacts", id="1", properties__email="ada@home.example")
    raw.put("hubspot", "contacts", id="2", properties__email="bob@home.example")
    raw.put("hubspot", "email_events", id="e", recipient="bob@home.example", type="OPEN")
    raw.put("hubspot", "email_events", id="e", created=day(1))
    told = rows(reconciled(raw), "select known_as, known_in from customers_without_facts")
    assert told == [{"known_as": "contact, customer", "known_in": "hubspot, shopify"}]
    assert rows(town, "select * from customers_without_facts") == []


def test_money_is_converted_at_the_rate_of_its_day(tmp_path: Path) -> None:
    quoted = tmp_path / "rates.csv"
    quoted.write_text(
        "day,currency,per_euro\n2025-03-01,USD,1.25\n2025-03-03,USD,2\n2025-03-03,JPY,160\n"
    )
    raw, session = Raw(), embedded()
    for number, key in enumerate(("first", "next", "last", "after")):
        order(raw, key, "10.00", number, currency_code="USD")
    order(raw, "before", "10.00", -300, currency_code="USD")
    order(raw, "yen", "1600", 9, currency_code="JPY")
    raw.land(session)
    reconcile(session, now=raw.now(), report=ReportSettings(rates=quoted))
    assert worth(session) == {
        "after": 500,
        "before": 800,
        "first": 800,
        "last": 500,
        "next": 800,
        "yen": 1000,
    }
    assert one(session, "select rate_on from money_movements where item_id = 'next'") == {
        "rate_on": "2025-03-01"
    }

    reconcile(session, now=raw.now(), report=ReportSettings(currency="JPY", rates=quoted))
    assert worth(session)["last"] == 800
    assert worth(session)["yen"] == 1600


def worth(session: Session) -> dict[str, int]:
    sql = "select item_id, reporting_minor from money_movements"
    return {r["item_id"]: r["reporting_minor"] for r in rows(session, sql)}


def test_a_currency_nobody_quotes_is_worth_only_itself() -> None:
    quotes = {"USD": [(date(2025, 3, 1), Decimal("1.25"))]}
    assert {rate.currency for rate in rates(quotes, "XTS")} == {"XTS"}
    assert {rate.currency for rate in rates(quotes, "USD")} == {"USD", "EUR"}
    assert {rate.currency for rate in rates({}, "EUR")} == {"EUR"}


@pytest.mark.parametrize("text", ["day,currency\n", "day,currency,per_euro\nsoon,USD,1\n"])
def test_rates_that_cannot_be_read_are_a_setting_to_mend(tmp_path: Path, text: str) -> None:
    quoted = tmp_path / "rates.csv"
    quoted.write_text(f"{text}2025-03-01,USD,0\n")
    for settings in (ReportSettings(rates=quoted), ReportSettings(rates=tmp_path / "nowhere.csv")):
        with pytest.raises(ConfigError, match="REPORT_RATES"):
            reconcile(embedded(), now=day(0), report=settings)
