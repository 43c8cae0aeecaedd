"""Rows land as they were sent."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from core.warehouse import Warehouse
from tests.destinations.warehouses.raw import NOON, land, order, orders

EVERYTHING = "select * from raw_shopify.orders order by length(id), id"


def test_every_kind_of_value_comes_back_as_it_was_sent(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    sent = [
        order(
            1, updated_at=NOON, note='a "quoted", é\nline \\N', total=0.1, quantity=2**62, paid=True
        ),
        order(2, updated_at=NOON + timedelta(microseconds=1), note="", total=-0.0, paid=False),
        order(3, deleted_at=NOON, note="🙂 שלום" + "x" * 2000, data='{"a": [1, null]}'),
        order(4),
    ]
    land(warehouse, tmp_path, orders(sent))
    with warehouse.session(["shopify"], read_only=True) as session:
        found = session.query(EVERYTHING)
    assert found.select(orders(sent).column_names).to_pylist() == orders(sent).to_pylist()
    assert found.schema.field("updated_at").type == pa.timestamp("us", tz="UTC")


def test_an_empty_text_is_not_a_missing_one(warehouse: Warehouse, tmp_path: Path) -> None:
    land(warehouse, tmp_path, orders([order(1, note=""), order(2, note=None)]))
    with warehouse.session(["shopify"], read_only=True) as session:
        found = session.query(EVERYTHING)
    assert found["note"].to_pylist() == ["", None]


def test_a_row_pulled_again_replaces_itself(warehouse: Warehouse, tmp_path: Path) -> None:
    land(warehouse, tmp_path, orders([order(1, note="old"), order(2, note="stays")]))
    land(warehouse, tmp_path, orders([order(1, version=2, note="new")]))
    with warehouse.session(["shopify"], read_only=True) as session:
        assert session.query(EVERYTHING)["note"].to_pylist() == ["new", "stays"]


def test_of_a_row_sent_twice_in_one_pull_the_newest_stays(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    first, second = order(1, version=1, note="first"), order(1, version=2, note="second")
    land(warehouse, tmp_path, orders([second]), orders([first]))
    with warehouse.session(["shopify"], read_only=True) as session:
        assert session.query(EVERYTHING)["note"].to_pylist() == ["second"]


def test_a_column_may_appear_and_vanish_between_and_within_pulls(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    plain = orders([order(1)])
    wider = orders([order(2)]).append_column("tag", pa.array(["vip"]))
    land(warehouse, tmp_path, plain)
    land(warehouse, tmp_path, orders([order(3)]), wider, orders([order(4)]))
    land(warehouse, tmp_path, orders([order(5)]).drop_columns(["note"]))
    with warehouse.session(["shopify"], read_only=True) as session:
        assert session.query(EVERYTHING)["tag"].to_pylist() == [None, "vip", None, None, None]
        assert session.columns("raw_shopify.orders")[-1] == "tag"


def test_sources_land_beside_each_other(warehouse: Warehouse, tmp_path: Path) -> None:
    land(warehouse, tmp_path, orders([order(1)]), source="shopify")
    land(warehouse, tmp_path, orders([order(1), order(2)]), source="stripe")
    with warehouse.session(["shopify", "stripe", "zendesk"], read_only=True) as session:
        both = "select count(*) as n from raw_shopify.orders join raw_stripe.orders using (id)"
        assert session.query(both)["n"].to_pylist() == [1]
        assert session.columns("raw_zendesk.tickets") == []


@pytest.mark.proof
def test_a_hundred_thousand_rows_merge_within_seconds(warehouse: Warehouse, tmp_path: Path) -> None:
    for version in (1, 2):
        rows = orders(order(key, version, note=f"note {key}") for key in range(100_000))
        land(warehouse, tmp_path, *(rows.slice(at, 1000) for at in range(0, 100_000, 1000)))
    with warehouse.session(["shopify"], read_only=True) as session:
        found = session.query("select count(*) as n, min(_version) as v from raw_shopify.orders")
    assert found.to_pylist() == [{"n": 100_000, "v": 2}]
