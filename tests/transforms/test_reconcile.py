"""Stories of a night: what was pulled, and the customers it makes. On every warehouse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from transforms import Reconciled, reconcile

DAY = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def raw() -> Raw:
    return Raw()


def live(raw: Raw, session: Session) -> Reconciled:
    """Let a night pass."""
    raw.land(session)
    done = reconcile(session, now=raw.now())
    raw.version += 1
    return done


def rows(session: Session, sql: str) -> list[dict[str, Any]]:
    return session.query(sql).to_pylist()


def ids(session: Session) -> dict[str, str]:
    """Return source:source_id -> customer id."""
    found = rows(session, "select * from identities where valid_to is null")
    return {f"{r['source']}:{r['source_id']}": r["customer_id"] for r in found}


def shopper(raw: Raw, key: str, email: str | None, name: str = "", **more: Any) -> None:
    first, _, last = name.partition(" ")
    raw.put(
        "shopify",
        "customers",
        id=key,
        first_name=first or None,
        last_name=last or None,
        default_email_address__email_address=email,
        **{"created_at": DAY, "updated_at": DAY, **more},
    )


def contact(raw: Raw, key: str, email: str | None, name: str = "", **more: Any) -> None:
    first, _, last = name.partition(" ")
    raw.put(
        "hubspot",
        "contacts",
        id=key,
        properties__firstname=first or None,
        properties__lastname=last or None,
        properties__email=email,
        **{"created_at": DAY, "updated_at": DAY, **more},
    )


def test_one_person_in_four_systems_is_one_customer(session: Session, raw: Raw) -> None:
    shopper(raw, "1", "Ada@Gmail.com", "Ada Lovelace")
    raw.put("stripe", "customers", id="cus_1", email="a.da+pay@gmail.com", created=DAY)
    raw.put("zendesk", "users", id=7, name="Ada", email="ada@googlemail.com", created_at=DAY)
    contact(raw, "5", "ada@work.example", "Ada Lovelace", properties__shopify_customer_id="1")

    done = live(raw, session)

    assert set(ids(session).values()) == {"c0000000001"}
    assert (done.total, done.new, done.duplicates) == (1, 1, 3)
    (ada,) = rows(session, "select * from customers")
    assert (ada["full_name"], ada["sources"]) == ("Ada Lovelace", "hubspot,shopify,stripe,zendesk")


def test_a_guest_checkout_is_a_customer_known_by_the_order(session: Session, raw: Raw) -> None:
    order = {"currency_code": "EUR", "created_at": DAY, "updated_at": DAY}
    raw.put("shopify", "orders", id="10", email="ada@firm.example", **order)
    raw.put("shopify", "orders", id="11", **order)

    assert live(raw, session).total == 1

    owners = {r["order_id"]: r["customer_id"] for r in rows(session, "select * from orders")}
    assert owners == {"10": "c0000000001", "11": None}

    shopper(raw, "1", "ada@firm.example")
    assert live(raw, session).duplicates == 1
    raw.put("shopify", "orders", id="10", customer_id="1")
    done = live(raw, session)
    assert (done.total, done.new, done.gone) == (1, 0, 0)
    assert ids(session) == {"shopify:1": "c0000000001"}


def test_money_is_whole_minor_units_whatever_the_currency(session: Session, raw: Raw) -> None:
    for key, amount, currency in [
        ("1", "12.50", "EUR"),
        ("2", "1250", "JPY"),
        ("3", "1.234", "KWD"),
    ]:
        raw.put(
            "shopify",
            "orders",
            id=key,
            currency_code=currency,
            total_price_set__shop_money__amount=amount,
        )
        raw.put("stripe", "charges", id=f"ch_{key}", amount=1250, currency=currency.lower())
    raw.put("stripe", "charges", id="ch_4", amount=500, currency="isk")
    raw.put("shopify", "orders", id="4", total_price_set__shop_money__amount="not a number")

    live(raw, session)

    orders = rows(session, "select order_id, currency, total_minor from orders order by 1")
    assert [(o["currency"], o["total_minor"]) for o in orders] == [
        ("EUR", 1250),
        ("JPY", 1250),
        ("KWD", 1234),
        (None, None),
    ]
    charges = rows(session, "select currency, amount_minor from payments order by payment_id")
    assert [(c["currency"], c["amount_minor"]) for c in charges] == [
        ("EUR", 1250),
        ("JPY", 1250),
        ("KWD", 1250),
        ("ISK", 5),
    ]


def test_the_shops_orders_and_billings_payments_are_never_added_up(
    session: Session, raw: Raw
) -> None:
    shopper(raw, "1", "ada@firm.example")
    sold = {"customer_id": "1", "currency_code": "EUR", "created_at": DAY}
    amount = "total_price_set__shop_money__amount"
    raw.put("shopify", "orders", id="1", **sold, **{amount: "10.00"})
    raw.put("shopify", "orders", id="2", **sold, **{amount: "99.00"}, test=True)
    raw.put("shopify", "orders", id="3", **sold, **{amount: "99.00"}, cancelled_at=DAY)
    raw.put("shopify", "orders", id="4", **sold, **{amount: "99.00"})
    raw.gone("shopify", "orders", "4")
    raw.put("stripe", "customers", id="cus_1", email="ada@firm.example", created=DAY)
    paid = {"customer": "cus_1", "currency": "eur", "created": DAY, "amount_refunded": 0}
    raw.put("stripe", "charges", id="a", amount=1000, status="succeeded", **paid)
    raw.put("stripe", "charges", id="b", amount=1000, status="failed", **paid)

    live(raw, session)

    (spend,) = rows(session, "select * from customer_spend")
    assert (spend["orders_count"], spend["net_minor"]) == (1, 1000)
    assert (spend["payments_count"], spend["paid_minor"]) == (1, 1000)
    (metrics,) = rows(session, "select * from customer_metrics")
    assert (metrics["orders_count"], metrics["failed_payments_count"]) == (1, 1)
    kept = rows(session, "select deleted_at from orders where order_id = '4'")
    assert kept[0]["deleted_at"] is not None


def test_what_recurs_is_brought_to_a_month(session: Session, raw: Raw) -> None:
    raw.put("stripe", "customers", id="cus_1", email="ada@firm.example", created=DAY)
    for key, period, count, amount, status in [
        ("1", "year", 1, 12000, "active"),
        ("2", "month", 3, 3000, "active"),
        ("3", "week", 1, 1200, "past_due"),
        ("4", "day", 1, 12, "active"),
        ("5", "month", 1, 99999, "canceled"),
        ("6", "month", 1, 99999, "trialing"),
    ]:
        raw.put("stripe", "subscriptions", id=key, customer="cus_1", status=status, start_date=DAY)
        raw.put(
            "stripe",
            "subscription_items",
            subscription=key,
            id=f"si_{key}",
            quantity=2 if key == "1" else None,
            price__unit_amount=amount,
            price__currency="eur",
            price__recurring__interval=period,
            price__recurring__interval_count=count,
        )

    live(raw, session)

    found = rows(session, "select mrr_minor from subscriptions order by subscription_id")
    assert [r["mrr_minor"] for r in found] == [2000, 1000, 5200, 365, 0, 0]
    (metrics,) = rows(session, "select * from customer_metrics")
    assert (metrics["mrr_minor"], metrics["active_subscriptions_count"]) == (8565, 4)


def test_when_a_link_appears_the_older_customer_survives_and_the_other_leads_to_it(
    session: Session, raw: Raw
) -> None:
    shopper(raw, "1", "ada@firm.example")
    live(raw, session)
    contact(raw, "5", "ada@home.example")
    live(raw, session)
    contact(raw, "5", "ada@home.example", properties__shopify_customer_id="1")

    done = live(raw, session)

    assert (done.total, done.merged, done.new) == (1, 1, 0)
    assert set(ids(session).values()) == {"c0000000001"}
    (redirect,) = rows(session, "select * from customer_redirects")
    assert (redirect["customer_id"], redirect["survivor_id"]) == ("c0000000002", "c0000000001")


def test_when_an_email_moves_the_customer_splits_and_its_orders_follow(
    session: Session, raw: Raw
) -> None:
    for key in ("1", "2", "3"):
        shopper(raw, key, "ada@firm.example")
    raw.put("shopify", "orders", id="o3", customer_id="3", currency_code="EUR", created_at=DAY)
    live(raw, session)
    shopper(raw, "3", "bob@firm.example")

    done = live(raw, session)

    assert (done.total, done.split, done.new) == (2, 1, 0)
    assert ids(session)["shopify:3"] == "c0000000002"
    assert rows(session, "select customer_id from orders") == [{"customer_id": "c0000000002"}]
    assert rows(session, "select customer_id from timeline") == [{"customer_id": "c0000000002"}]
    past = rows(session, "select * from identities where valid_to is not null")
    assert [(r["source_id"], r["customer_id"]) for r in past] == [("3", "c0000000001")]


def test_a_contact_archived_and_restored_is_the_same_customer_again(
    session: Session, raw: Raw
) -> None:
    contact(raw, "5", "ada@firm.example")
    live(raw, session)
    raw.gone("hubspot", "contacts", "5")
    assert live(raw, session).gone == 1
    assert rows(session, "select * from customers") == []
    contact(raw, "6", "bob@firm.example")
    live(raw, session)
    raw.back("hubspot", "contacts", "5")

    done = live(raw, session)

    assert (done.returned, done.new, done.total) == (1, 0, 2)
    assert ids(session) == {"hubspot:5": "c0000000001", "hubspot:6": "c0000000002"}


def test_the_deals_of_a_merged_contact_go_to_the_one_it_became(session: Session, raw: Raw) -> None:
    contact(raw, "5", "ada@firm.example", "Ada Lovelace")
    contact(raw, "6", "bob@firm.example", "Bob Byron")
    raw.put("hubspot", "deals", id="d", properties__dealstage="closedwon", created_at=DAY)
    raw.put(
        "hubspot", "associations", from_type="deals", from_id="d", to_type="contacts", to_id="6"
    )
    live(raw, session)
    assert rows(session, "select customer_id from deals") == [{"customer_id": "c0000000002"}]

    raw.gone("hubspot", "contacts", "6", merged_into="5")
    done = live(raw, session)

    assert (done.total, done.merged, done.gone) == (1, 1, 0)
    assert rows(session, "select customer_id from deals") == [{"customer_id": "c0000000001"}]
    assert rows(session, "select won_deals_count from customer_metrics") == [{"won_deals_count": 1}]


def test_a_mail_event_finds_its_customer_by_the_address(session: Session, raw: Raw) -> None:
    contact(raw, "5", "ada@firm.example")
    raw.put(
        "hubspot", "email_events", id="e", recipient="ADA@firm.example", type="OPEN", created=DAY
    )
    live(raw, session)
    assert rows(session, "select customer_id, event_type from campaign_events") == [
        {"customer_id": "c0000000001", "event_type": "opened"}
    ]

    contact(raw, "6", "ada@firm.example", "Bob Byron")
    contact(raw, "5", "ada@firm.example", "Ada Lovelace")
    live(raw, session)
    assert rows(session, "select customer_id from campaign_events") == [{"customer_id": None}]


def test_family_role_and_junk_values_join_nobody(session: Session, raw: Raw) -> None:
    shopper(raw, "1", "home@byron.example", "Ada Byron")
    shopper(raw, "2", "home@byron.example", "Bob Byron")
    for key, email in [("3", "info@firm.example"), ("5", "test@test.com"), ("7", "no address")]:
        shopper(raw, key, email)
        shopper(raw, str(int(key) + 1), email)
    phone = "default_phone_number__phone_number"
    shopper(raw, "9", None, "Eve Noether", **{phone: "+442079460018"})
    shopper(raw, "10", None, "Ian Noether", **{phone: "+442079460018"})
    shopper(raw, "11", None, "Eve Noether", **{phone: "+44 20 7946 0018"})

    assert live(raw, session).total == 10

    found = ids(session)
    assert found["shopify:9"] == found["shopify:11"] != found["shopify:10"]


def test_an_external_id_joins_only_where_the_names_agree(session: Session, raw: Raw) -> None:
    shopper(raw, "1", "ada@firm.example", "Ada Lovelace")
    shopper(raw, "2", "bob@firm.example", "Bob Byron")
    raw.put("zendesk", "users", id=1, name="Ada Lovelace", external_id="1", created_at=DAY)
    raw.put("zendesk", "users", id=2, name="Eve Noether", external_id="2", created_at=DAY)
    raw.put("zendesk", "users", id=3, name="Agent", email="ada@firm.example", role="agent")

    assert live(raw, session).total == 3
    found = ids(session)
    assert found["zendesk:1"] == found["shopify:1"]
    assert found["zendesk:2"] != found["shopify:2"]
    assert "zendesk:3" not in found


def test_the_golden_record_takes_the_newest_value_that_is_not_empty(
    session: Session, raw: Raw
) -> None:
    shopper(raw, "1", "ada@firm.example", "Ada Byron", default_address__city="London")
    contact(
        raw,
        "5",
        "ADA@firm.example",
        "Ada Lovelace",
        updated_at=DAY + timedelta(days=1),
        properties__city=" ",
        properties__jobtitle="Analyst",
        properties__hs_email_optout="true",
    )
    live(raw, session)

    (ada,) = rows(session, "select * from customers")
    assert (ada["full_name"], ada["city"], ada["job_title"]) == (
        "Ada Lovelace",
        "London",
        "Analyst",
    )
    assert (ada["email"], ada["email_consent"]) == ("ada@firm.example", "opted_out")
    assert (ada["record_count"], ada["first_seen_at"]) == (2, DAY)
    assert ada["last_seen_at"] == DAY + timedelta(days=1)


def test_text_is_compared_by_code_point_on_every_warehouse(session: Session, raw: Raw) -> None:
    for key, name in [("a", "Ärger Zebra"), ("B", "Zoe Zebra"), ("b", "Amy Zebra")]:
        shopper(raw, key, f"{key}@firm.example", name)
    live(raw, session)
    assert ids(session) == {
        "shopify:B": "c0000000001",
        "shopify:a": "c0000000002",
        "shopify:b": "c0000000003",
    }


def test_an_odd_name_or_a_monstrous_email_stops_nobody(session: Session, raw: Raw) -> None:
    shopper(raw, "1", "a" * 400 + "@firm.example", "\U0001f600 \u05d0\u05d3\u05d4")
    shopper(raw, "2", "ada@firm.example", "'; drop table customers; --")
    live(raw, session)
    found = rows(session, "select email, email_status, email_reason from source_records order by 1")
    assert {r["email_status"] for r in found} == {"personal", "invalid"}


def test_a_mail_that_is_known_by_the_second_it_was_opened_in_is_known_again(
    session: Session,
) -> None:
    raw = Raw()
    known = {"campaign_id": "c", "email_id": "e", "action": "open", "unix_second": 9, "nth": 0}
    for subject in ("Tea", "More tea"):
        raw.put("mailchimp", "email_activity", **known, subject_line=subject)
        live(raw, session)

    assert rows(session, "select event_id, campaign_name from campaign_events") == [
        {"event_id": "c/e/open/9/0", "campaign_name": "More tea"}
    ]


def test_a_record_that_its_vendor_numbers_is_known_again_when_it_changes(session: Session) -> None:
    raw = Raw()
    for name in ("Ada Lovelace", "Ada King"):
        raw.put("wukong", "leads", id=7, leads_name=name, email="ada@firm.example")
        live(raw, session)

    assert rows(session, "select source_id, full_name from source_records") == [
        {"source_id": "lead:7", "full_name": "Ada King"}
    ]
