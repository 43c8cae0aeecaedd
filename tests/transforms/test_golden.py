"""Which value a customer's record shows, who said it, and by which rule."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.told import Row, customer, day, one, reconciled, rows
from transforms import reconcile, seeds, written_back

RULES = {"newest", "oldest", "longest", "most_frequent", "most_trusted"}


def shopper(raw: Raw, key: str, **more: Any) -> None:
    raw.put("shopify", "customers", id=key, **{"created_at": day(0), "updated_at": day(0), **more})


def contact(raw: Raw, key: str, shop: str, **more: Any) -> None:
    given = {"created_at": day(0), "updated_at": day(0), "properties__shopify_customer_id": shop}
    raw.put("hubspot", "contacts", id=key, **{**given, **more})


def address(**lines: str) -> dict[str, str]:
    return {f"default_address__{name}": value for name, value in lines.items()}


@pytest.fixture(scope="module")
def town() -> Session:
    raw = Raw()
    shopper(raw, "1", first_name="Ada", last_name="Byron", updated_at=day(1))
    contact(raw, "1", "1", properties__firstname="Ada", updated_at=day(9))
    contact(raw, "1", "1", properties__jobtitle="VP of Sales", updated_at=day(9))
    shopper(raw, "2", default_phone_number__phone_number="+442079460018")
    contact(raw, "2", "2", properties__phone="+442079460019", properties__jobtitle="Wizard")
    shopper(raw, "3", default_address__company="Acme")
    contact(raw, "3", "3", properties__company="Acme Analytical Engines Ltd")
    contact(raw, "4", "4", properties__lead_source="Trade Show")
    shopper(raw, "4")
    raw.put("salesforce", "leads", id="4", lead_source="Web", created_date=day(-9))
    raw.put("salesforce", "contacts", id="4c", created_date=day(1), lead_source="Partner")
    raw.put("salesforce", "leads", id="4", converted_contact_id="4c", email="eve@firm.example")
    contact(raw, "4b", "4", properties__email="eve@firm.example")
    shopper(raw, "5", locale="en", **address(address1="1 High St", city="Austin", province="Texas"))
    shopper(raw, "5", default_address__country_code="US")
    contact(raw, "5", "5", properties__hs_language="en", properties__lead_source="Smoke signal")
    contact(raw, "5b", "5", properties__hs_language="de", updated_at=day(9), properties__city=" ")
    shopper(raw, "6", default_email_address__email_address="info@firm.example", updated_at=day(9))
    contact(raw, "6", "6", properties__email="ian@home.example")
    contact(raw, "7", "7", properties__phone="+442079460021")
    shopper(raw, "7", created_at=None, updated_at=None)
    contact(raw, "7b", "7", properties__phone="+442079460022")
    return reconciled(raw)


def field(town: Session, shop: str, name: str) -> Row:
    sql = "select * from customer_fields where customer_id = ? and field = ?"
    return one(town, sql, customer(town, "shopify", shop), name)


def golden(town: Session, shop: str) -> Row:
    sql = "select * from customers where customer_id = ?"
    return one(town, sql, customer(town, "shopify", shop))


def test_every_value_tells_source_record_rule_and_time(town: Session) -> None:
    name = field(town, "1", "full_name")
    assert (name["value"], name["source"], name["source_id"]) == ("Ada Byron", "shopify", "1")
    assert (name["rule"], name["known_at"]) == ("newest", day(1))


def test_the_golden_record_says_what_its_fields_say(town: Session) -> None:
    for row in rows(town, "select * from customers"):
        sql = "select field, value, standard from customer_fields where customer_id = ?"
        fields = {f["field"]: f for f in rows(town, sql, row["customer_id"])}
        for name in ("full_name", "email", "phone", "company", "job_title", "city", "country"):
            assert row[name] == fields.get(name, {}).get("value")
        assert row["lead_source"] == fields.get("lead_source", {}).get("standard")


def test_a_name_of_two_words_beats_a_newer_single_one(town: Session) -> None:
    assert golden(town, "1")["full_name"] == "Ada Byron"
    assert golden(town, "1")["first_name"] == "Ada"


def test_the_shop_is_trusted_with_a_phone_number_before_the_crm(town: Session) -> None:
    phone = field(town, "2", "phone")
    assert (phone["value"], phone["rule"]) == ("+442079460018", "most_trusted")


def test_the_longest_name_of_a_company_is_the_fullest(town: Session) -> None:
    company = field(town, "3", "company")
    assert (company["value"], company["rule"]) == ("Acme Analytical Engines Ltd", "longest")


def test_a_lead_came_from_where_it_was_first_seen(town: Session) -> None:
    source = field(town, "4", "lead_source")
    assert (source["value"], source["rule"], source["source"]) == ("Web", "oldest", "salesforce")


def test_the_language_most_records_say_beats_the_newest(town: Session) -> None:
    language = field(town, "5", "language")
    assert (language["value"], language["rule"]) == ("en", "most_frequent")


def test_an_address_of_ones_own_beats_the_newer_one_of_a_role(town: Session) -> None:
    assert golden(town, "6")["email"] == "ian@home.example"


def test_an_address_is_taken_whole_from_one_record(town: Session) -> None:
    lived = {field(town, "5", name)["source_id"] for name in ("street", "city", "state", "country")}
    assert lived == {"5"}
    assert golden(town, "5")["city"] == "Austin"


def test_a_tie_goes_to_the_record_that_comes_first(town: Session) -> None:
    assert field(town, "7", "phone")["source_id"] == "7"


def test_states_countries_and_seniority_are_on_fixed_lists(town: Session) -> None:
    assert (golden(town, "5")["state"], golden(town, "5")["state_code"]) == ("Texas", "US-TX")
    assert field(town, "5", "country")["standard"] == "US"
    assert golden(town, "1")["seniority"] == "vp"
    assert golden(town, "4")["lead_source"] == "web"


def test_what_no_list_knows_is_kept_and_counted(town: Session) -> None:
    assert field(town, "5", "lead_source")["value"] == "Smoke signal"
    assert golden(town, "5")["lead_source"] is None
    told = {(r["field"], r["value"]): r for r in rows(town, "select * from unmapped_values")}
    assert told["lead_source", "Smoke signal"]["customer_count"] == 1
    assert told["lead_source", "Smoke signal"]["source"] == "hubspot"
    assert ("job_title", "Wizard") in told
    assert ("job_title", "VP of Sales") not in told


def test_the_rules_are_one_for_each_choice_and_of_a_known_kind() -> None:
    rules = seeds.read("survivorship").to_pylist()
    assert {rule["rule"] for rule in rules} == RULES
    assert len({(r["choice"], r["rule"], r["trusts"]) for r in rules}) == len(
        {r["choice"] for r in rules}
    )


def test_our_own_write_back_is_nobodys_word(session: Session) -> None:
    raw = Raw()
    raw.put("shopify", "customers", id="1", first_name="Ada", last_name="Byron", created_at=day(0))
    contact(raw, "5", "1", properties__firstname="Ada", properties__lastname="Lovelace")
    contact(raw, "5", "1", properties__lastname="Lovelace", updated_at=day(9))
    raw.land(session)
    reconcile(session, now=raw.now())
    assert one(session, "select full_name from customers") == {"full_name": "Ada Lovelace"}

    told = {"source": "hubspot", "source_id": "5", "field": "full_name", "value": "Ada Lovelace"}
    written_back.note(session, pa.Table.from_pylist([told]))
    written_back.note(session, pa.Table.from_pylist([told]))
    reconcile(session, now=raw.now())
    assert one(session, "select full_name from customers") == {"full_name": "Ada Byron"}

    raw.version += 1
    contact(raw, "5", "1", properties__lastname="King", updated_at=day(10))
    raw.land(session)
    reconcile(session, now=raw.now())
    assert one(session, "select full_name from customers") == {"full_name": "Ada King"}
