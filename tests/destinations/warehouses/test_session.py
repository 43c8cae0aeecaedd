"""One connection in which the 360 and the raw rows are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from core.errors import BusyError, QueryError
from core.warehouse import Session, Warehouse
from tests.destinations.warehouses.raw import NOON, land, order, orders


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.session([]) as opened:
        yield opened


def test_raw_and_ours_meet_in_one_query(warehouse: Warehouse, tmp_path: Path) -> None:
    land(warehouse, tmp_path, orders([order(1, note="ada"), order(2, note="bob")]))
    with warehouse.session(["shopify"]) as session:
        session.execute("create table customers as select 'ada' as name")
    with warehouse.session(["shopify"], read_only=True) as session:
        found = session.query("select id from raw_shopify.orders join customers on name = note")
    assert found["id"].to_pylist() == ["1"]


def test_a_raw_table_is_never_taken_for_one_of_ours(warehouse: Warehouse, tmp_path: Path) -> None:
    land(warehouse, tmp_path, orders([order(1)]))
    with warehouse.session(["shopify"]) as session:
        assert session.columns("orders") == []
        session.execute("drop table if exists orders")
        session.execute("create table orders as select 7 as n")
        assert session.query("select n from orders")["n"].to_pylist() == [7]
        assert "note" in session.columns("raw_shopify.orders")


def test_before_the_first_night_there_is_nothing_to_read(warehouse: Warehouse) -> None:
    with warehouse.session(["shopify"], read_only=True) as session:
        assert session.columns("customers") == []
        assert session.columns("raw_shopify.orders") == []
        assert session.query("select 1 as n")["n"].to_pylist() == [1]


def test_reading_cannot_write(warehouse: Warehouse) -> None:
    with warehouse.session([]) as session:
        session.execute("create table customers as select 1 as n")
    with warehouse.session([], read_only=True) as session, pytest.raises(QueryError):
        session.execute("insert into customers values (2)")


def test_many_may_read_at_once(warehouse: Warehouse) -> None:
    with warehouse.session([]) as session:
        session.execute("create table customers as select 1 as n")
    with (
        warehouse.session([], read_only=True) as one,
        warehouse.session([], read_only=True) as two,
    ):
        assert one.query("select n from customers") == two.query("select n from customers")


def test_values_come_back_in_the_same_types(session: Session) -> None:
    found = session.query(
        "select cast(1 as bigint) as a, cast(2 as integer) as b,"
        " cast(1.5 as double precision) as c,"
        " true as d, 'x' as e, date '2026-01-05' as f,"
        " timestamp with time zone '2026-01-05 14:00:00+02' as g,"
        " cast(12.50 as decimal(18, 2)) as h, sum(cast(n as bigint)) as i, count(*) as j,"
        """ cast('{"a": 1}' as json) as k, cast(null as varchar) as l, cast('' as varchar) as m"""
        " from (values (1), (2)) as v(n)"
    )
    assert found.to_pylist() == [
        {
            "a": 1,
            "b": 2,
            "c": 1.5,
            "d": True,
            "e": "x",
            "f": date(2026, 1, 5),
            "g": NOON,
            "h": Decimal("12.50"),
            "i": Decimal(3),
            "j": 2,
            "k": '{"a": 1}',
            "l": None,
            "m": "",
        }
    ]
    kinds = [pa.int64(), pa.int32(), pa.float64(), pa.bool_(), pa.string(), pa.date32()]
    kinds += [pa.timestamp("us", tz="UTC"), pa.decimal128(18, 2), pa.decimal128(38, 0), pa.int64()]
    assert found.schema.types == [*kinds, pa.string(), pa.string(), pa.string()]


def test_an_empty_answer_has_its_columns(session: Session) -> None:
    found = session.query("select cast(1 as decimal(9, 2)) as a, 'x' as b where 1 = 0")
    assert (found.num_rows, found.column_names) == (0, ["a", "b"])


def test_parameters_are_question_marks(session: Session) -> None:
    session.execute("create table t (a varchar, b bigint, c timestamp with time zone, d boolean)")
    session.execute("insert into t values (?, ?, ?, ?)", ["it's ? 100%", 2, NOON, None])
    found = session.query(
        "select a, b, c, d, '?' as e /* ? */ from t where a like '%?%' and b = ?::bigint and"
        " c <= ?",
        [2, datetime(2026, 1, 5, 12, tzinfo=UTC)],
    )
    row = {"a": "it's ? 100%", "b": 2, "c": NOON, "d": None, "e": "?"}
    assert found.to_pylist() == [row]


def test_a_table_is_loaded_and_replaced(session: Session) -> None:
    rows = pa.table({"id": ["a", ""], "n": pa.nulls(2), "at": pa.array([NOON, None])})
    for temporary in (True, False, False, True):
        name = "kept" if not temporary else "passing"
        session.load(name, rows.slice(1), temporary=temporary)
        session.load(name, rows, temporary=temporary)
        assert session.query(f"select * from {name}").to_pylist() == rows.to_pylist()
        assert session.columns(name) == ["id", "n", "at"]


def test_a_passing_table_hides_a_kept_one_and_leaves_it_whole(warehouse: Warehouse) -> None:
    with warehouse.session([]) as session:
        session.load("t", pa.table({"n": [1]}), temporary=False)
        session.load("t", pa.table({"n": [2]}))
        session.load("t", pa.table({"n": [3]}))
        assert session.query("select n from t")["n"].to_pylist() == [3]
    with warehouse.session([], read_only=True) as session:
        assert session.query("select n from t")["n"].to_pylist() == [1]


def test_all_of_a_transaction_happens_or_nothing(session: Session) -> None:
    session.execute("create table t (n integer)")
    with session.transaction():
        session.load("passing", pa.table({"n": [1, 2]}))
        session.execute("insert into t select n from passing")

    def change(*statements: str, end: BaseException) -> None:
        with session.transaction():
            for statement in statements:
                session.execute(statement)
            raise end

    with pytest.raises(KeyboardInterrupt):
        change("insert into t values (3)", "create table u as select 1", end=KeyboardInterrupt())
    with pytest.raises(QueryError):
        change("insert into t values (4)", "no such statement", end=AssertionError())
    assert session.query("select n from t order by n")["n"].to_pylist() == [1, 2]
    assert session.columns("u") == []


def test_transactions_do_not_nest(session: Session) -> None:
    with (
        pytest.raises(QueryError, match="within a transaction"),
        session.transaction(),
        session.transaction(),
    ):
        pass
    session.execute("create table t as select 1 as n")
    assert session.columns("t") == ["n"]


def test_a_refused_statement_is_told_in_one_line_without_personal_data(session: Session) -> None:
    with pytest.raises(QueryError, match="no_such_table") as refusal:
        session.query("select *\nfrom no_such_table")
    assert "\n" not in str(refusal.value)
    with pytest.raises(QueryError) as refusal:
        session.query("select cast(v as integer) from (values ('ada@example.com')) as t(v)")
    assert "ada" not in str(refusal.value)
    assert session.query("select 1 as n")["n"].to_pylist() == [1]


def test_a_plan_can_be_read(session: Session) -> None:
    assert session.query("explain select 1").num_rows > 0


def test_a_second_writer_is_told_that_there_is_a_first(warehouse: Warehouse) -> None:
    if hasattr(warehouse, "patience_seconds"):
        warehouse.patience_seconds = 0.2
    with warehouse.session([]):
        with pytest.raises(BusyError) as refusal, warehouse.session([]):
            pass
        assert refusal.value.next_step
    with warehouse.session([]) as session:
        assert session.columns("anything") == []


def test_a_session_that_takes_more_memory_goes_on_where_it_was(session: Session) -> None:
    with session.transaction():
        session.load("half", pa.table({"a": [1, 2]}), temporary=False)
        session.spread()
        session.execute("insert into half values (3)")
    assert session.query("select sum(a) as total from half").to_pylist() == [{"total": 6}]
