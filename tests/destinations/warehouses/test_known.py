"""What a warehouse holds of a source, asked while the source is being pulled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.pull import Known
from core.warehouse import Warehouse
from core.window import WHOLE, Window
from destinations.warehouses._known import RawKnown
from tests.destinations.warehouses.raw import NOON, TABLES, land, order, orders, pipeline

THREE = [order(1, note="", total=1.5), order(2, deleted_at=NOON), order("drei ?'\"", paid=True)]


@pytest.fixture
def pulled(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    land(warehouse, tmp_path, orders(THREE))
    return warehouse


def test_before_the_first_night_nothing_is_known(warehouse: Warehouse) -> None:
    known = warehouse.known("shopify", TABLES)
    assert known.hashes("orders", [("1",)]) == {}
    assert known.rows("orders", [("1",)]) == []
    assert list(known.keys("orders")) == []
    assert known.count("orders") == 0


def test_a_table_never_pulled_is_empty_beside_one_that_was(pulled: Warehouse) -> None:
    known = pulled.known("shopify", TABLES)
    assert known.hashes("memberships", [("1", "2")]) == {}
    assert known.rows("memberships", [("1", "2")]) == []
    assert list(known.keys("memberships")) == []
    assert known.count("memberships") == 0


def test_the_hashes_of_rows_that_exist_are_known(pulled: Warehouse) -> None:
    known = pulled.known("shopify", TABLES)
    wanted = [("1",), ("2",), ("drei ?'\"",), ("4",)]
    expected = {(row["id"],): row["_hash"] for row in THREE}
    assert known.hashes("orders", wanted) == expected
    assert known.hashes("orders", []) == {}


def test_a_table_too_large_to_keep_is_asked_for_each_page(pulled: Warehouse) -> None:
    @contextmanager
    def reading() -> Iterator[Any]:
        with pulled.session(["shopify"], read_only=True) as session:
            yield session

    known = RawKnown("shopify", TABLES, reading, largest_index=2, page=2)
    wanted = [("1",), ("2",), ("2",), ("drei ?'\"",), ("4",)]
    assert known.hashes("orders", wanted) == {(row["id"],): row["_hash"] for row in THREE}
    assert known.hashes("orders", []) == {}


def test_whole_rows_are_known(pulled: Warehouse) -> None:
    known = pulled.known("shopify", TABLES)
    found = known.rows("orders", [("1",), ("2",), ("1",), ("9",)])
    expected = orders(THREE).slice(0, 2).to_pylist()
    assert sorted(found, key=lambda row: str(row["id"])) == expected


def test_live_and_deleted_rows_are_told_apart(pulled: Warehouse) -> None:
    known = pulled.known("shopify", TABLES)
    assert set(known.keys("orders")) == {("1",), ("drei ?'\"",)}
    assert list(known.keys("orders", deleted=True)) == [("2",)]
    assert known.count("orders") == 2


def test_keys_of_several_columns_and_of_numbers_are_text(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = pa.table(
        {"list_id": pa.array([7, 7, 8]), "contact_id": ["a", "b", "a"], "_hash": [1, 2, 3]}
    ).append_column("_version", pa.array([1, 1, 1]))
    land(warehouse, tmp_path, rows, table="memberships")
    known = warehouse.known("shopify", TABLES)
    assert known.hashes("memberships", [("7", "b"), ("8", "b")]) == {("7", "b"): 2}
    assert [row["_hash"] for row in known.rows("memberships", [("8", "a"), ("8", "b")])] == [3]
    assert set(known.keys("memberships")) == {("7", "a"), ("7", "b"), ("8", "a")}
    assert list(known.keys("memberships", deleted=True)) == []
    assert known.count("memberships") == 3


EVENING = NOON + timedelta(hours=8)


@pytest.fixture
def dated(warehouse: Warehouse, tmp_path: Path) -> Known:
    """Return what is known of four orders an hour apart, one deleted, and one without a date."""
    rows = [order(n, updated_at=NOON + n * timedelta(hours=1)) for n in range(4)]
    rows[2]["deleted_at"] = NOON
    land(warehouse, tmp_path, orders([*rows, order(9, note="2026-01-05T20:00:00Z")]))
    return warehouse.known("shopify", TABLES)


def test_live_rows_of_a_window_are_counted_with_its_start_and_without_its_end(
    dated: Known,
) -> None:
    hour = timedelta(hours=1)
    assert dated.within("orders", "updated_at", WHOLE) == 3
    assert dated.within("orders", "updated_at", Window(NOON, NOON + hour)) == 1
    assert dated.within("orders", "updated_at", Window(NOON + hour, None)) == 2
    assert dated.within("orders", "updated_at", Window(None, NOON)) == 0
    assert dated.within("orders", "note", Window(EVENING, EVENING + hour)) == 1
    assert dated.within("orders", "never_seen", WHOLE) == 0
    assert dated.within("memberships", "updated_at", WHOLE) == 0


def test_the_middle_of_a_window_is_where_half_of_its_rows_lie(dated: Known) -> None:
    hour = timedelta(hours=1)
    assert dated.quantile("orders", "updated_at", WHOLE, 0.5) == NOON + hour
    assert dated.quantile("orders", "updated_at", WHOLE, 1.0) == NOON + 3 * hour
    assert dated.quantile("orders", "updated_at", Window(EVENING, None), 0.5) is None
    assert dated.quantile("memberships", "updated_at", WHOLE, 0.5) is None


def test_keys_that_rows_name_and_no_row_has_are_known(warehouse: Warehouse, tmp_path: Path) -> None:
    named = [
        order(1, note="2", total=1.0),
        order(2, note="7", deleted_at=NOON),
        order(3, note="8", data="order"),
        order(4, note="9", data="product"),
        order(5, note="9", data="product"),
        order(6),
    ]
    land(warehouse, tmp_path, orders(named))
    known = warehouse.known("shopify", TABLES)
    assert known.dangling("orders", "note", "orders", None, 10) == ["8", "9"]
    assert known.dangling("orders", "note", "orders", None, 1) == ["8"]
    assert known.dangling("orders", "note", "orders", ("data", "product"), 10) == ["9"]
    assert known.dangling("memberships", "note", "orders", None, 10) == []


def test_dlt_may_write_while_keys_are_being_read(pulled: Warehouse, tmp_path: Path) -> None:
    known = pulled.known("shopify", TABLES)
    walk = known.keys("orders")
    first = next(walk)
    land(pulled, tmp_path, orders([order(5)]))
    assert first not in set(walk)
    assert known.count("orders") == 3


def test_what_is_known_can_be_asked_while_dlt_is_open(pulled: Warehouse, tmp_path: Path) -> None:
    with pipeline(pulled, tmp_path).sql_client() as client, client.execute_query("select 1"):
        assert pulled.known("shopify", TABLES).count("orders") == 2


def test_many_thousand_hashes_are_known(warehouse: Warehouse, tmp_path: Path) -> None:
    rows = orders(order(key) for key in range(60_000))
    land(warehouse, tmp_path, rows)
    known = warehouse.known("shopify", TABLES)
    wanted = [(str(key),) for key in range(59_000, 61_000)]
    found = known.hashes("orders", wanted)
    assert found == dict(zip(wanted, rows["_hash"].to_pylist()[59_000:], strict=False))
    assert len(set(known.keys("orders"))) == 60_000
