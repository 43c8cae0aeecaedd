"""What a customer allows us, and what says so: the most restrictive answer of all systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.told import Row, customer, day, one, reconciled, rows

EMAIL = "default_email_address__email_address"
STATE = "default_email_address__marketing_state"


def shopper(raw: Raw, name: str, state: str | None = None, **more: Any) -> None:
    """Have an account by the name of a person, who uses one address everywhere."""
    given = {"first_name": name.title(), "last_name": "Byron", EMAIL: f"{name}@home.example"}
    times = {"created_at": day(0), "updated_at": day(0)}
    raw.put("shopify", "customers", id=name, **{**given, **times, STATE: state, **more})


def contact(raw: Raw, name: str, **more: Any) -> None:
    given = {"properties__firstname": name.title(), "properties__lastname": "Byron"}
    mail = {"properties__email": f"{name}@home.example", "updated_at": day(1)}
    raw.put("hubspot", "contacts", id=name, **{**given, **mail, **more})


def profile(raw: Raw, name: str, **more: Any) -> None:
    named = {f"subscriptions__{key}": value for key, value in more.items()}
    mail = f"{name}@home.example"
    raw.put("klaviyo", "profiles", id=name, email=mail, first_name=name.title(), **named)


def mail(raw: Raw, name: str, what: str, at: datetime) -> None:
    key = f"{name}{what}{at:%d}"
    raw.put(
        "hubspot", "email_events", id=key, recipient=f"{name}@home.example", type=what, created=at
    )


@pytest.fixture(scope="module")
def town() -> Session:
    raw = Raw()
    shopper(raw, "ada", "SUBSCRIBED", default_email_address__marketing_updated_at=day(5))
    contact(raw, "ada", properties__hs_email_optout="true")
    shopper(raw, "bob", "SUBSCRIBED", default_email_address__marketing_updated_at=day(5))
    level = {"default_email_address__marketing_opt_in_level": "CONFIRMED_OPT_IN"}
    shopper(raw, "bob", "SUBSCRIBED", **level)
    contact(raw, "bob", properties__hs_legal_basis="Legitimate interest")
    contact(raw, "cyd", properties__hs_legal_basis="Performance of a contract")
    shopper(raw, "dan")
    shopper(raw, "eve", "SUBSCRIBED")
    mail(raw, "eve", "BOUNCE", day(3))
    shopper(raw, "fay", "SUBSCRIBED")
    mail(raw, "fay", "BOUNCE", day(3))
    mail(raw, "fay", "OPEN", day(4))
    shopper(raw, "gus", "SUBSCRIBED")
    mail(raw, "gus", "STATUSCHANGE", day(3))
    shopper(raw, "hal", "SUBSCRIBED", **{EMAIL: None})
    shopper(raw, "ian", "PENDING")
    profile(
        raw, "joy", email__marketing__consent="SUBSCRIBED", sms__marketing__consent="UNSUBSCRIBED"
    )
    raw.put("salesforce", "contacts", id="kim", email="kim@home.example", do_not_call=True)
    raw.put("salesforce", "contacts", id="kim", phone="+442079460018", name="Kim Byron")
    shopper(raw, "lea", "SUBSCRIBED")
    profile(raw, "lea", email__marketing__suppression='[{"reason": "SPAM_COMPLAINT"}]')
    raw.put("bigcommerce", "customers", id="may", email="may@home.example", last_name="Byron")
    raw.put("bigcommerce", "customers", id="may", accepts_product_review_abandoned_cart_emails=True)
    raw.put("files", "people", system="till", id="ned", email="ned@home.example")
    consent = {"person_id": "ned", "status": "opted_in", "evidence": "form 7", "given_at": day(2)}
    raw.put("files", "consents", system="till", id="1", **consent)
    return reconciled(raw)


def asked(town: Session, name: str, source: str = "shopify", channel: str = "email") -> Row:
    sql = "select * from customer_consents where customer_id = ? and channel = ?"
    return one(town, sql, customer(town, source, name), channel)


def reason(town: Session, name: str, channel: str = "email") -> str:
    sql = "select reason from unmarketable_customers where customer_id = ? and channel = ?"
    return str(one(town, sql, customer(town, "shopify", name), channel)["reason"])


def test_opting_out_in_one_system_is_opting_out_in_all(town: Session) -> None:
    ada = asked(town, "ada")
    assert (ada["state"], ada["source"], ada["source_id"]) == ("opted_out", "hubspot", "ada")
    assert (ada["raw_value"], ada["decided_at"]) == ("opted out of e-mail", day(1))
    assert reason(town, "ada") == "opted out in hubspot"
    golden = "select email_consent from customers where customer_id = ?"
    assert one(town, golden, ada["customer_id"]) == {"email_consent": "opted_out"}


def test_a_yes_that_was_confirmed_is_the_evidence(town: Session) -> None:
    bob = asked(town, "bob")
    assert (bob["state"], bob["source"], bob["decided_at"]) == ("opted_in", "shopify", day(5))
    assert bob["is_double_opt_in"]


def test_a_legal_basis_permits_mails_without_an_answer(town: Session) -> None:
    cyd = asked(town, "cyd", "hubspot")
    assert (cyd["state"], cyd["legal_basis"]) == ("permitted", "Performance of a contract")
    sql = "select channel from marketable_customers where customer_id = ?"
    assert rows(town, sql, cyd["customer_id"]) == [{"channel": "email"}]


def test_who_was_never_asked_has_not_agreed(town: Session) -> None:
    assert reason(town, "dan") == "was never asked"


def test_an_address_that_bounced_is_suppressed_until_a_mail_arrives(town: Session) -> None:
    assert reason(town, "eve") == "cannot be reached, says hubspot"
    assert asked(town, "fay")["state"] == "opted_in"


def test_unsubscribing_from_a_mail_is_opting_out(town: Session) -> None:
    gus = asked(town, "gus")
    assert (gus["state"], gus["raw_value"]) == ("opted_out", "unsubscribed")


def test_a_complaint_is_opting_out(town: Session) -> None:
    assert asked(town, "lea")["state"] == "opted_out"
    assert "SPAM_COMPLAINT" in asked(town, "lea")["raw_value"]


def test_an_opt_in_that_waits_for_its_confirmation_is_none_yet(town: Session) -> None:
    assert reason(town, "ian") == "has not confirmed in shopify"


def test_who_said_yes_and_gave_no_address_cannot_be_written_to(town: Session) -> None:
    assert reason(town, "hal") == "has no address"


def test_each_channel_has_its_own_answer(town: Session) -> None:
    assert asked(town, "joy", "klaviyo")["state"] == "opted_in"
    assert asked(town, "joy", "klaviyo", "sms")["state"] == "opted_out"
    assert asked(town, "kim", "salesforce", "phone")["raw_value"] == "DoNotCall"


def test_what_a_record_ticks_counts_where_its_system_tells_no_more(town: Session) -> None:
    assert asked(town, "may", "bigcommerce")["state"] == "opted_in"
    ned = asked(town, "till:ned", "files")
    assert (ned["state"], ned["raw_value"]) == ("opted_in", "opted_in form 7")


def test_every_customer_and_channel_is_either_marketable_or_not(town: Session) -> None:
    both = (
        "select customer_id, channel from marketable_customers"
        " union all select customer_id, channel from unmarketable_customers"
    )
    told = rows(town, f"select customer_id, channel from ({both}) as b order by 1, 2")
    people = [r["customer_id"] for r in rows(town, "select customer_id from customers order by 1")]
    channels = ("email", "phone", "sms")
    assert told == [{"customer_id": c, "channel": n} for c in people for n in channels]
    strict = "select state from customer_consents where state in ('opted_out', 'suppressed')"
    assert rows(town, f"{strict} and exists (select 1 from marketable_customers as m where"
                " m.customer_id = customer_consents.customer_id"
                " and m.channel = customer_consents.channel)") == []  # fmt: skip
