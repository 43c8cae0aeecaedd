"""One customer, found the way people ask for them."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from cli import portrait
from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.test_reconcile import DAY, contact, live, rows, shopper
from transforms.customer import show


@pytest.fixture
def raw() -> Raw:
    raw = Raw()
    phone = "default_phone_number__phone_number"
    shopper(raw, "1", "ada@gmail.com", "Ada Lovelace", **{phone: "+44 20 7946 0018"})
    raw.put(
        "shopify",
        "orders",
        id="10",
        name="#10",
        customer_id="1",
        currency_code="EUR",
        total_price_set__shop_money__amount="12.50",
        created_at=DAY,
    )
    raw.put("zendesk", "users", id=7, name="Ada Lovelace", email="ada@gmail.com", created_at=DAY)
    raw.put("zendesk", "tickets", id=70, requester_id=7, status="open", subject="Help")
    raw.put("zendesk", "tickets", id=71, requester_id=7, status="solved", created_at=DAY)
    raw.put("zendesk", "tickets", id=71, description="Thank you, that was great!")
    contact(raw, "9", "bob@firm.example", "Bob Byron")
    return raw


WAYS = ("ada@gmail.com", " A.DA+x@googlemail.com ", "+442079460018", "c0000000002")
STRANGERS = ("eve@firm.example", "c0000000099", "hello", "", "'")


def test_a_customer_is_found_by_mailbox_phone_or_id(session: Session, raw: Raw) -> None:
    live(raw, session)

    one, *others = [show(session, needle) for needle in WAYS]

    assert one is not None
    assert others == [one] * 3


def test_a_customer_is_shown_with_records_tickets_money_and_history(
    memory: Session, raw: Raw
) -> None:
    live(raw, memory)

    view = show(memory, "ada@gmail.com")

    assert view is not None
    assert view.customer_id == "c0000000002"
    assert view.fields["full_name"] == "Ada Lovelace"
    assert [(r["source"], r["source_id"]) for r in view.records] == [
        ("shopify", "1"),
        ("zendesk", "7"),
    ]
    assert [t["ticket_id"] for t in view.open_tickets] == ["70"]
    assert [(m["currency"], m["net_minor"]) for m in view.money] == [("EUR", 1250)]
    assert {e["kind"] for e in view.timeline} == {"order placed", "asked for help"}
    assert view.metrics["orders_count"] == 1
    assert "company" not in view.fields


def test_every_value_is_shown_with_who_said_it_and_every_channel_with_why(
    session: Session, raw: Raw
) -> None:
    raw.put("hubspot", "contacts", id="9", properties__hs_email_optout="true")
    live(raw, session)
    ada, bob = show(session, "ada@gmail.com"), show(session, "bob@firm.example")
    assert ada is not None
    assert bob is not None

    name = ada.provenance["full_name"]
    assert (name["source"], name["source_id"], name["rule"]) == ("shopify", "1", "newest")
    assert [(c["channel"], c["allowed"], c["why"]) for c in ada.consents] == [
        ("email", False, "was never asked"),
        ("phone", False, "was never asked"),
        ("sms", False, "was never asked"),
    ]
    assert bob.consents[0]["why"] == "opted out in hubspot"
    assert bob.consents[0]["source_id"] == "9"
    assert (ada.standing["stage"], bob.standing["stage"]) == ("at risk", "lead")
    assert [(s["score"], s["reasons"]) for s in ada.scores] == [
        ("health", "-15 bought nothing for half a year")
    ]


def test_the_whole_customer_fits_a_screen(memory: Session, raw: Raw) -> None:
    live(raw, memory)
    view = show(memory, "ada@gmail.com")
    assert view is not None
    console = Console(record=True, width=110, file=StringIO())

    portrait.draw(view, console)

    lines = [" ".join(line.split()) for line in console.export_text().splitlines()]
    assert "full name" not in lines
    assert "email ada@gmail.com shopify 1, newest, 2025-03-01" in lines
    assert "stage at risk (recency 2, frequency 1, money 1)" in lines
    assert "health score 35 -15 bought nothing for half a year" in lines
    assert "email no was never asked" in lines
    assert "0 active subscriptions, 1 open ticket, mood +78" in lines


def test_the_timeline_tells_the_latest_first_and_no_more_than_asked(
    session: Session, raw: Raw
) -> None:
    live(raw, session)
    view = show(session, "ada@gmail.com", latest=1)
    assert view is not None
    assert len(view.timeline) == 1


def test_a_retired_id_leads_to_its_survivor(session: Session, raw: Raw) -> None:
    live(raw, session)
    contact(raw, "9", "ada@gmail.com", "Ada Lovelace")
    live(raw, session)
    (redirect,) = rows(session, "select * from customer_redirects")
    view = show(session, redirect["customer_id"])
    assert view is not None
    assert view.customer_id == redirect["survivor_id"]


def test_nobody_is_found_by_what_nobody_has(session: Session, raw: Raw) -> None:
    assert [show(session, needle) for needle in STRANGERS] == [None] * len(STRANGERS)
    live(raw, session)
    assert [show(session, needle) for needle in STRANGERS] == [None] * len(STRANGERS)
