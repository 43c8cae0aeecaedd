"""Who was who can be asked of any past night, whatever became of the ids since."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.identity.past import as_of

EMAIL = "default_email_address__email_address"
ADA, BOB = "c0000000001", "c0000000002"


class Year:
    """Nights in which Ada and Bob are two, then one, then two again."""

    def __init__(self, session: Session) -> None:
        self.session, self.raw = session, Raw()
        self.put("1", "ada@firm.example")
        self.apart = self.night("2", "bob@x.example")
        self.together = self.night("2", "ada@firm.example")
        self.again = self.night("2", "bob@x.example")

    def put(self, key: str, email: str) -> None:
        self.raw.put("shopify", "customers", id=key, **{EMAIL: email})

    def night(self, key: str, email: str) -> datetime:
        self.raw.version += 1
        self.put(key, email)
        self.raw.land(self.session)
        reconcile(self.session, now=self.raw.now())
        return self.raw.now()

    def then(self, customer: str, at: datetime) -> dict[str, list[str]]:
        found = as_of(self.session, customer, at)
        return {past.customer_id: [row["source_id"] for row in past.records] for past in found}


@pytest.fixture(scope="module")
def year(lasting: Session) -> Year:
    return Year(lasting)


def test_a_customer_is_shown_as_they_were_on_that_night(year: Year) -> None:
    assert year.then(ADA, year.apart) == {ADA: ["1"]}
    assert year.then(ADA, year.together) == {ADA: ["1", "2"]}
    assert year.then(ADA, year.again) == {ADA: ["1"]}
    (past,) = as_of(year.session, ADA, year.together)
    assert [row["customer_now"] for row in past.records] == [ADA, "c0000000003"]


def test_a_retired_id_is_itself_before_and_its_survivor_after(year: Year) -> None:
    assert year.then(BOB, year.apart) == {BOB: ["2"]}
    assert year.then(BOB, year.together) == {ADA: ["1", "2"]}


def test_an_id_that_began_later_shows_whose_its_records_were(year: Year) -> None:
    assert year.then("c0000000003", year.apart) == {BOB: ["2"]}
    assert year.then("c0000000003", year.together) == {ADA: ["1", "2"]}
    assert year.then(ADA, year.apart - timedelta(days=9)) == {}


def test_the_view_gives_everybody_as_of_a_moment(year: Year) -> None:
    sql = (
        "select customer_id, leads_to, source_id from identity_spans"
        " where valid_from <= ? and ? < valid_to order by source_id"
    )
    found = year.session.query(sql, [year.apart, year.apart]).to_pylist()
    assert [tuple(row.values()) for row in found] == [(ADA, ADA, "1"), (BOB, ADA, "2")]
