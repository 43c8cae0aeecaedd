"""The 360 is read from Python on every warehouse, and from one of another release not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli import notebook
from core.errors import ConfigError, QueryError
from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from tests.cli.test_errors import run
from tests.transforms.raw import Raw
from tests.transforms.test_metrics import shopper
from transforms import readiness, reconcile
from transforms.orm import TABLES, class_name, render
from transforms.tables import Base, Customer, CustomerScore, Order


@pytest.fixture
def town(warehouse: Warehouse, warehouse_url: str) -> str:
    raw = Raw()
    shopper(raw, "ada", 3, 10)
    shopper(raw, "bob?'%", 200)
    with warehouse.session([]) as session:
        raw.land(session)
        reconcile(session, now=raw.now())
    return warehouse_url


def test_a_select_of_classes_and_one_of_words_give_the_same_rows(town: str) -> None:
    since = datetime(2025, 12, 1, tzinfo=UTC)
    names = ["ada Byron", "bob?'% Byron", "nobody"]
    typed = (
        select(Customer.full_name, func.count().label("orders"))
        .join(Order, Order.customer_id == Customer.customer_id)
        .where(Order.placed_at > since, Customer.full_name.in_(names), Order.is_test.is_(False))
        .group_by(Customer.full_name)
    )
    found = notebook.arrow(typed, warehouse=town)
    assert found.to_pylist() == [{"full_name": "ada Byron", "orders": 2}]

    words = "select count(*) as orders from orders where placed_at > ?"
    assert notebook.arrow(words, since, warehouse=town).to_pylist() == [{"orders": 2}]
    like = select(Customer.first_name).where(Customer.first_name.like("bob?'%"))
    assert notebook.arrow(like, warehouse=town).to_pylist() == [{"first_name": "bob?'%"}]

    assert notebook.arrow(select(CustomerScore), warehouse=town).num_rows == 2
    shown = notebook.customer("ada@home.example", warehouse=town)
    assert shown is not None
    assert shown.fields["full_name"] == "ada Byron"

    with pytest.raises(QueryError):
        notebook.arrow("delete from customers", warehouse=town)
    with open_warehouse(town).session([]) as session:
        assert readiness.advice(session) == ""


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_has_the_rows_or_says_which_library_is_not_there(
    library: str, tmp_path: Path
) -> None:
    url, read = f"duckdb:///{tmp_path / 'warehouse'}", getattr(notebook, library)
    with open_warehouse(url).session([]) as session:
        reconcile(session, now=Raw().now())
    query = "select 1 as one union all select 2 order by 1"
    if find_spec(library):
        assert list(read(query, warehouse=url)["one"]) == [1, 2]
    else:
        with pytest.raises(ConfigError, match=f"{library} is not installed"):
            read(query, warehouse=url)


def test_the_classes_are_what_the_headers_say() -> None:
    assert TABLES.read_text(encoding="utf-8") == render(), (
        "the classes are out of date; run `python -m transforms.orm`"
    )
    named = {table.__name__: table.__tablename__ for table in Base.__subclasses__()}
    assert all(class_name(table) == name for name, table in named.items())


ASKED = [("customer", "ada@home.example"), ("sql", "select * from timeline")]


def test_what_was_never_reconciled_is_told_in_a_line(tmp_path: Path) -> None:
    for arguments in ASKED:
        told = run(tmp_path, *arguments, DAYBREAK_WAREHOUSE=f"duckdb:///{tmp_path / 'warehouse'}")
        assert told.returncode in {1, 2}
        assert told.stderr.count("run `daybreak night` first") == 1
        assert "Traceback" not in told.stderr


def test_what_another_release_reconciled_is_told_in_a_line(tmp_path: Path) -> None:
    url, raw = f"duckdb:///{tmp_path / 'warehouse'}", Raw()
    shopper(raw, "ada", 3)
    with open_warehouse(url).session([]) as session:
        raw.land(session)
        reconcile(session, now=raw.now())
        for view in ("customer_scores", "customer_usage"):
            session.execute(f"drop view {view}")
        session.execute("drop table timeline")
    for arguments in ASKED:
        told = run(tmp_path, *arguments, DAYBREAK_WAREHOUSE=url)
        said = " ".join(told.stderr.split())
        assert told.returncode == 2
        assert "customer_scores, customer_usage and 1 more" in said
        assert "run `daybreak reconcile`" in said
        assert "Traceback" not in said
