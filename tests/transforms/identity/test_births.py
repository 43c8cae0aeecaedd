"""A date of birth is read as far as it says one, and evidence of who is who from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.identity.births import read_birth
from transforms.identity.settings import Steering
from transforms.identity.why import why

SEEN = datetime(2025, 6, 1, tzinfo=UTC)
ADA: dict[str, Any] = {"properties__firstname": "Ada", "properties__lastname": "Lovelace"}


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("1985-03-14", "1985-03-14"),
        ("1985-03-14T00:00:00Z", "1985-03-14"),
        ("19850314", "1985-03-14"),
        (" 14.03.1985 ", "1985-03-14"),
        ("14. 3. 1985", "1985-03-14"),
        ("04.03.1985", "1985-03-04"),
        ("14/03/1985", "1985-03-14"),
        ("03/14/1985", "1985-03-14"),
        ("4-4-1985", "1985-04-04"),
        ("March 14, 1985", "1985-03-14"),
        ("14 Mar 1985", "1985-03-14"),
        ("29.02.1988", "1988-02-29"),
    ],
)
def test_a_birth_is_read_in_the_ways_people_write_it(raw: str, read: str) -> None:
    assert read_birth(raw) == read


@pytest.mark.parametrize("raw", ["04/03/1985", "3-4-1985", "1985"])
def test_where_day_and_month_are_not_told_apart_the_year_is_kept(raw: str) -> None:
    assert read_birth(raw) == "1985"


@pytest.mark.parametrize(
    "raw",
    ["", "31.02.1985", "45/13/1990", "1987-02-29", "1899-12-31", "1900-01-01", "01/01/1900",
     "0001-01-01", "1850", "03/14", "unknown", "14 Maerz 1985", "1985-03-14 or so"],
)  # fmt: skip
def test_what_cannot_be_a_birth_is_none(raw: str) -> None:
    assert read_birth(raw) is None


def told(session: Session, table: str, column: str) -> dict[str, str | None]:
    rows = session.query(f"select source, source_id, {column} as born from {table}").to_pylist()
    return {f"{row['source']}:{row['source_id']}": row["born"] for row in rows}


def test_the_births_of_four_crms_reach_the_engine_and_the_360(session: Session) -> None:
    raw = Raw()
    raw.put("hubspot", "contacts", id="1", properties__date_of_birth="14/03/1985")
    raw.put("salesforce", "contacts", id="2", birthdate="1985-03-14", system_modstamp=SEEN)
    raw.put("zoho", "contacts", id="3", date_of_birth="1985-03-14", modified_time=SEEN)
    raw.put("dynamics", "contacts", contactid="4", birthdate="1985-03-14", modifiedon=SEEN)
    raw.put("zoho", "contacts", id="5", date_of_birth="2025-06-02", modified_time=SEEN)
    raw.put("hubspot", "contacts", id="6", properties__date_of_birth="2026", updated_at=SEEN)
    raw.put("hubspot", "contacts", id="7", properties__date_of_birth="n/a")
    raw.land(session)
    reconcile(session, now=raw.now())
    found = {
        "hubspot:1": "1985-03-14",
        "salesforce:2": "1985-03-14",
        "zoho:3": "1985-03-14",
        "dynamics:4": "1985-03-14",
        "zoho:5": None,
        "hubspot:6": None,
        "hubspot:7": None,
    }
    assert told(session, "source_records", "date_of_birth") == found
    assert told(session, "identity_records", "dob") == found


def test_a_shared_birth_speaks_for_one_person() -> None:
    raw, session = Raw(), embedded()
    mail = {"properties__email": "ada@firm.example", "properties__date_of_birth": "14.03.1985"}
    raw.put("hubspot", "contacts", id="1", **ADA, **mail)
    raw.put("salesforce", "contacts", id="2", name="Ada Lovelace", email="ada@firm.example",
            birthdate="1985-03-14")  # fmt: skip
    raw.land(session)
    assert reconcile(session, now=raw.now()).total == 1
    (link,) = why(session, "c0000000001").links
    assert link.groups["dob"] > 0


def customers(**births: str) -> int:
    """Return how many customers namesakes are who were born like this."""
    raw = Raw()
    for own, birth in births.items():
        raw.put("hubspot", "contacts", id=own, **ADA, properties__date_of_birth=birth)
    raw.land(session := embedded())
    return reconcile(session, now=raw.now()).total


def test_namesakes_are_one_person_only_if_born_on_the_same_day() -> None:
    assert customers(one="14.03.1985", two="1985-03-14") == 1
    assert customers(one="14.03.1985", two="02.11.1951") == 2


def test_the_gate_counts_a_customer_of_two_births(tmp_path: Path) -> None:
    raw, session = Raw(), embedded()
    raw.put("hubspot", "contacts", id="1", **ADA, properties__email="ada@firm.example",
            properties__date_of_birth="14.03.1985")  # fmt: skip
    raw.put("salesforce", "contacts", id="2", name="Ada Lovelace", email="ada@firm.example",
            birthdate="1951-11-02")  # fmt: skip
    raw.put("salesforce", "contacts", id="3", name="Ada Lovelace", email="ada@firm.example",
            birthdate="1985-03-14")  # fmt: skip
    raw.land(session)
    found = reconcile(session, now=raw.now(), steering=Steering(state=tmp_path))
    assert found.quality is not None
    assert found.quality.measures.births == 1
