"""How good the data is, is counted night by night; nobody's values leave the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import ContractError
from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.told import reconciled, rows
from transforms import reconcile
from transforms.fields import rules
from transforms.quality import MOST_VALUES, profiles

PEOPLE: tuple[dict[str, Any], ...] = (
    {"email": "ada@ada.example", "lead_source": "Web", "country": "United Kingdom"},
    {"email": "no address", "lead_source": "Narnia", "country": "Narnia"},
    {"email": "  ", "lead_source": None, "country": "GB"},
    {"email": "bob@bob.example", "lead_source": None, "country": None},
)


def told(session: Session, field: str, source: str = "hubspot") -> dict[str, Any]:
    """Return what a field of a source's contacts is like now."""
    sql = "select * from field_quality where source = ? and kind = 'contacts' and field = ?"
    (row,) = rows(session, sql, source, field)
    return row


def crm() -> Raw:
    raw = Raw()
    for number, person in enumerate(PEOPLE):
        named = {f"properties__{name}": value for name, value in person.items()}
        raw.put("hubspot", "contacts", id=str(number), **named)
    raw.put("hubspot", "contacts", id="9", properties__email="gone@gone.example")
    raw.gone("hubspot", "contacts", "9")
    raw.put("freshdesk", "companies", id=1, name="Acme", account_tier="Premium")
    raw.put("freshdesk", "companies", id=2, name="Bolt", account_tier=" ")
    for number in range(3):
        amount = f"{10 * (number + 1)}.00"
        raw.put("shopify", "orders", id=str(number), total_price_set__shop_money__amount=amount)
        raw.put("shopify", "orders", id=str(number), currency_code="EUR" if number else "Euro")
    return raw


def landed(session: Session, raw: Raw) -> Session:
    raw.land(session)
    reconcile(session, now=raw.now())
    return session


def test_each_field_of_each_system_is_judged_and_what_is_deleted_or_blank_does_not_count(
    session: Session,
) -> None:
    landed(session, crm())

    email, source, country = (told(session, f) for f in ("email", "lead_source", "country"))
    assert (email["rows_count"], email["empty_share"]) == (4, 0.25)
    assert email["invalid_share"] == pytest.approx(1 / 3)
    assert (source["empty_share"], source["unlisted_share"]) == (0.5, 0.5)
    assert country["invalid_share"] == pytest.approx(1 / 3)
    assert told(session, "company")["empty_share"] == 1
    # A shop has no field for where a lead came from: that is no emptiness of its.
    shop = "select 1 as n from data_quality where source = 'shopify' and field = 'lead_source'"
    assert rows(session, shop) == []
    sql = "select valid_count, filled_count, rows_count from data_quality where field = ?"
    (money,) = rows(session, sql, "currency")
    (tier,) = rows(session, sql, "account_tier")
    assert money == {"valid_count": 2, "filled_count": 3, "rows_count": 3}
    assert tier == {"valid_count": None, "filled_count": 1, "rows_count": 2}


def test_a_field_blank_in_nine_records_of_ten_and_a_person_entered_twice_are_seen() -> None:
    raw = Raw()
    name = {"properties__firstname": "Ada", "properties__lastname": "Byron"}
    for number in range(30):
        address = f"p{max(number, 1)}@x.example"
        raw.put("hubspot", "contacts", id=str(number), properties__email=address, **name)
    for number in range(2):
        raw.put("hubspot", "contacts", id=str(number), properties__company="Acme")
    session = reconciled(raw)

    blank = rows(session, "select field from field_quality where is_nearly_blank")
    assert {"field": "company"} in blank
    assert {"field": "email"} not in blank
    assert told(session, "customer_id")["duplicates_count"] == 1


def test_last_nights_figures_stay_and_a_night_that_changes_nothing_adds_nothing(
    session: Session,
) -> None:
    raw = crm()
    landed(session, raw)
    first = raw.now()
    before = rows(session, "select count(*) as n from data_quality")
    raw.version += 1
    landed(session, raw)
    assert rows(session, "select count(*) as n from data_quality") == before

    raw.version += 1
    raw.put("hubspot", "contacts", id="0", properties__lead_source=None)
    landed(session, raw)

    sql = (
        "select seen_at, filled_count from data_quality where source = 'hubspot'"
        " and kind = 'contacts' and field = 'lead_source' order by turn"
    )
    assert rows(session, sql) == [
        {"seen_at": first, "filled_count": 2},
        {"seen_at": raw.now(), "filled_count": 1},
    ]
    assert len(rows(session, "select 1 as n from data_quality where turn = 2")) < 20


def test_a_kind_of_which_no_row_is_left_has_none_from_then_on() -> None:
    raw = crm()
    session = reconciled(raw)
    raw.version += 1
    for number in range(4):
        raw.gone("hubspot", "contacts", str(number))
    landed(session, raw)

    assert rows(session, "select 1 as n from field_quality where source = 'hubspot'") == []
    last = rows(session, "select * from data_quality where source = 'hubspot' and turn = 2")
    assert {(row["rows_count"], row["filled_count"]) for row in last} == {(0, 0)}


def test_the_ledger_is_told_the_same_counts_that_the_table_has() -> None:
    found = {(one.source, one.table, one.field): one for one in profiles(reconciled(crm()))}

    source = found["hubspot", "contacts", "lead_source"]
    assert (source.rows, source.filled, source.listed, source.valid) == (4, 2, 1, None)
    assert source.empty_share == source.unlisted_share == 0.5
    assert found["shopify", "orders", "status"].values == {"placed": 3}
    assert found["shopify", "orders", "total_minor"].middle == 2_000
    assert not any(one.values for one in found.values() if one.table == "contacts")


def test_a_table_that_is_not_counted_any_more_is_told_of_no_longer() -> None:
    session = reconciled(crm())
    session.execute(
        "update data_quality set relation = 'gone', kind = 'gone' where kind = 'orders'"
    )
    session.execute("update _models set fingerprint = 'others' where model = 'data_quality'")

    reconcile(session, now=Raw().now())

    last = rows(session, "select rows_count from data_quality where relation = 'gone' and turn = 2")
    assert {row["rows_count"] for row in last} == {0}


def test_a_field_of_many_values_names_things_and_is_not_kept() -> None:
    raw = Raw()
    for number in range(MOST_VALUES + 1):
        raw.put("hubspot", "deals", id=str(number), properties__dealstage=f"s{number}")

    assert rows(reconciled(raw), "select 1 as n from data_values") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("tests: [", "fields.yaml"),
        ("{tests: {}, lists: {}, tables: {orders: {changed: a, fields: {}}}}", "fields"),
        (
            "{tests: {}, lists: {}, tables: {orders: {changed: a, fields: {b: {valid: c}}}}}",
            "orders.b: c is none of",
        ),
    ],
)
def test_a_file_of_fields_that_is_wrong_says_where(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "fields.yaml"
    path.write_text(text)
    with pytest.raises(ContractError, match=wrong):
        rules(path)
