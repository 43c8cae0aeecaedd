"""Systems without an API keep what they know in a folder, and misbehave there."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from sandbox.clock import Clock
from sandbox.database import VENDOR as DATABASE
from sandbox.events import VENDOR as EVENTS
from sandbox.exporting import Exporting
from sandbox.files import VENDOR as FILES
from sandbox.happenings import (
    CompanyArchived,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactJoined,
    ContactRestored,
    CustomerDeleted,
    CustomerEdited,
    CustomerJoined,
    CustomersMerged,
    Line,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    ProductDeleted,
    ProductListed,
)
from sandbox.serve import serve
from sandbox.world import make

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 4, 13, tzinfo=UTC)
ANNA = CustomerJoined(key="c1", at=NOON, first_name="Anna", email="anna@example.com")
BERT = CustomerJoined(key="c2", at=NOON, first_name="Bert", email="bert@example.com")
CARL = ContactJoined(key="p1", at=NOON, first_name="Carl", email="carl@example.com")


@pytest.fixture(params=[FILES, DATABASE, EVENTS])
def anyone(request: pytest.FixtureRequest) -> Iterator[Exporting]:
    with closing(request.param(Clock(LATER, frozen=True), one_in=1)) as made:
        yield made


@pytest.fixture
def till() -> Iterator[Exporting]:
    with closing(FILES(Clock(LATER, frozen=True), one_in=1)) as made:
        yield made


@pytest.fixture
def crm() -> Iterator[Exporting]:
    with closing(DATABASE(Clock(LATER, frozen=True), one_in=1)) as made:
        yield made


@pytest.fixture
def collector() -> Iterator[Exporting]:
    with closing(EVENTS(Clock(LATER, frozen=True), one_in=1)) as made:
        yield made


def customers(till: Exporting) -> list[dict[str, str]]:
    till.settle()
    text = (till.folder / "exports" / "customers.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def calls(collector: Exporting) -> list[dict[str, Any]]:
    collector.settle()
    found = [path.read_bytes() for path in sorted(collector.folder.glob("*"))]
    lines = b"".join(found).splitlines()
    return [orjson.loads(line) for line in lines]


def asked(crm: Exporting, query: str) -> list[tuple[Any, ...]]:
    crm.settle()
    with closing(sqlite3.connect(crm.folder / "crm.sqlite")) as file:
        return file.execute(query).fetchall()


def test_its_folder_goes_with_it(anyone: Exporting) -> None:
    anyone.apply_many([ANNA, CARL])
    given = anyone.credentials()
    assert given
    assert anyone.folder.is_dir()
    anyone.close()
    assert not anyone.folder.exists()


def test_what_happens_in_a_served_sandbox_is_written_at_once_and_forgotten_with_a_reset() -> None:
    with serve([FILES], make("empty"), clock=Clock(LATER, frozen=True)) as box:
        till = box.vendors["files"]
        assert isinstance(till, FILES)
        box.happen(*(CustomerJoined(key=f"c{n}", at=LATER) for n in range(40)))
        assert 0 < len(customers(till)) < 40
        box.reset()
        assert list(till.folder.rglob("*.csv")) == []
    assert not till.folder.exists()


def test_it_hears_of_the_same_share_of_people_each_time(anyone: Exporting) -> None:
    others = type(anyone)(anyone.clock, one_in=4)
    known = [n for n in range(400) if others.knows(f"c{n}")]
    assert 60 < len(known) < 140
    others.close()


def test_a_file_written_twice_in_one_moment_has_two_times(till: Exporting) -> None:
    path = till.folder / "exports" / "customers.csv"
    till.apply(ANNA)
    till.settle()
    first = path.stat().st_mtime_ns
    till.apply(CustomerEdited(key="c1", at=NOON, changes={"first_name": "Anne"}))
    till.settle()
    assert path.stat().st_mtime_ns > first


def test_the_till_flags_customers_and_voids_orders_and_forgets_goods(till: Exporting) -> None:
    lines = (Line(key="l1", title="Mug", price=123_450),)
    order = OrderPlaced(key="o1", at=NOON, number="1", customer="c1", lines=lines)
    goods = [ProductListed(key=key, at=NOON, title=key) for key in ("g1", "g2")]
    till.apply_many([ANNA, BERT, order, *goods])
    till.apply(CustomersMerged(key="c2", at=LATER, loser="c1"))
    assert [row["GELOESCHT"] for row in customers(till)] in (["J", "N"], ["N", "J"])
    month = till.folder / "exports" / "orders" / "2026-01.ndjson"
    told = orjson.loads(month.read_bytes())
    bert = next(row for row in customers(till) if row["VORNAME"] == "Bert")
    assert (told["total"], told["customer"], told["void"]) == ("1.234,50", bert["KDNR"], False)
    till.apply(OrderEdited(key="o1", at=LATER, changes={"lines": ()}))
    till.apply(OrderDeleted(key="o1", at=LATER))
    till.apply(ProductDeleted(key="g1", at=LATER))
    till.apply(CustomerDeleted(key="c2", at=LATER))
    till.settle()
    assert orjson.loads(month.read_bytes())["void"] is True
    shelf = pq.read_table(till.folder / "exports" / "products.parquet")
    assert shelf.column("title").to_pylist() == ["g2"]
    truth = till.truth()
    assert sum(row["deleted"] for row in truth["people"].values()) == 2
    assert [row["deleted"] for row in truth["orders"].values()] == [True]


def test_the_till_breaks_in_its_own_ways(till: Exporting) -> None:
    till.apply_many([ANNA, BERT])
    path = till.folder / "exports" / "customers.csv"
    till.settle()
    whole, names = path.read_bytes(), list(customers(till)[0])
    till.spoil("half")
    assert whole.startswith(path.read_bytes())
    assert not path.read_bytes().endswith(b"\n")
    till.mend()
    till.spoil("keyless")
    assert customers(till)[0]["KDNR"] == ""
    till.spoil("reordered")
    assert list(customers(till)[0]) == names[::-1]
    till.spoil("types")
    assert customers(till)[0]["SEIT"] == "long ago"
    till.spoil("young")
    assert path.stat().st_mtime >= LATER.timestamp()
    till.mend()
    assert path.read_bytes() == whole
    with pytest.raises(ValueError, match="files knows no luck"):
        till.spoil("luck")


def test_the_crm_flags_contacts_and_removes_companies(crm: Exporting) -> None:
    firms = [CompanyJoined(key=key, at=NOON, name=key, employees=7) for key in ("f1", "f2")]
    crm.apply_many([CARL, *firms])
    crm.apply(ContactEdited(key="p1", at=LATER, changes={"last_name": "Carlson"}))
    crm.apply(CompanyArchived(key="f1", at=LATER))
    crm.apply(ContactArchived(key="p1", at=LATER))
    select = "select first, last, dead, changed from contacts"
    assert asked(crm, select) == [("Carl", "Carlson", 1, "2026-01-04 13:00:00")]
    assert asked(crm, "select title from companies") == [("f2",)]
    crm.apply(ContactRestored(key="p1", at=LATER))
    assert asked(crm, "select dead from contacts") == [(0,)]
    crm.spoil("keyless")
    assert asked(crm, "select id from contacts") == [(None,)]
    crm.spoil("types")
    assert asked(crm, "select staff from companies") == [("a few",)]
    crm.spoil("reordered")
    assert asked(crm, "select * from companies")[0][0] == "2026-01-04 12:00:00"
    crm.spoil("empty")
    assert asked(crm, "select count(*) from companies") == [(0,)]


def test_the_collector_tells_what_people_do_and_some_of_it_twice(collector: Exporting) -> None:
    collector.apply_many([ANNA, BERT])
    collector.apply_many(
        OrderPlaced(key=f"o{n}", at=NOON, number="1", customer="c1") for n in range(40)
    )
    collector.apply(CustomersMerged(key="c2", at=LATER, loser="c1"))
    found = calls(collector)
    ids = {one["messageId"] for one in found}
    assert ids == {*collector.truth()["events"]}
    assert len(ids) < len(found)
    assert any(one["timestamp"][:10] < one["receivedAt"][:10] for one in found)
    assert found[-1]["type"] == "alias"
    dead = [row["merged_into"] for row in collector.truth()["people"].values() if row["deleted"]]
    assert dead == [found[-1]["userId"]]


def test_the_collector_breaks_in_its_own_ways(collector: Exporting) -> None:
    collector.apply(ANNA)
    month = collector.folder / "2026-01.ndjson"
    collector.settle()
    collector.spoil("half")
    collector.apply(BERT)
    collector.settle()
    cut = month.read_bytes()
    assert not cut.endswith(b"\n")
    collector.mend()
    assert month.read_bytes().startswith(cut)
    assert month.read_bytes().endswith(b"\n")
    collector.spoil("rotated")
    assert not month.exists()
    collector.spoil("keyless")
    collector.apply(CustomerEdited(key="c1", at=LATER, changes={"email": "a@example.com"}))
    assert "messageId" not in calls(collector)[-1]
    collector.spoil("rewritten")
    assert len(month.read_bytes().splitlines()) == 1
