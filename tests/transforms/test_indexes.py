"""One customer is found without reading everybody."""

from __future__ import annotations

from random import Random

import pytest

from core.warehouse import Session
from destinations.warehouses.duckdb import DuckDBSession
from tests.transforms.happenings import night
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.bench import Bench, Changes
from transforms.indexes import looked_up, tidy
from transforms.model import folder

INDEXED = "select tablename, indexname from pg_indexes where schemaname = 'daybreak'"


def customers(session: Session) -> list[str]:
    """Return the customers of the timeline, in the order in which it is kept."""
    held = session.query("select customer_id from timeline order by rowid")
    return [str(one) for one in held["customer_id"].to_pylist()]


@pytest.mark.parametrize("warehouse_url", ["postgres"], indirect=True)
def test_postgres_finds_a_customer_by_an_index_also_in_a_table_made_anew(session: Session) -> None:
    raw = Raw()
    night(raw, Random(4), 10)
    raw.land(session)
    reconcile(session, now=raw.now())
    due = {f"{table}_by_{name}" for table, names in looked_up().items() for name in names}
    assert due <= set(session.query(INDEXED)["indexname"].to_pylist())

    session.execute("update _models set fingerprint = 'another' where model = 'timeline'")
    reconcile(session, now=raw.now())
    assert due <= set(session.query(INDEXED)["indexname"].to_pylist())


def test_a_timeline_begins_in_the_order_of_customers(memory: DuckDBSession) -> None:
    raw = Raw()
    night(raw, Random(5), 20)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    told = customers(memory)
    assert len(set(told)) > 1
    assert told == sorted(told)


def test_what_nights_bring_is_put_in_order_once_it_is_much(memory: DuckDBSession) -> None:
    told = ["c1", "c2", "c3", "c4", "c5", "c6", "c1", "c2"]
    values = ", ".join(f"('{one}')" for one in told)
    memory.execute(f"create table timeline as from (values {values}) as t (customer_id)")
    timeline = next(model for model in folder("marts") if model.name == "timeline")
    bench = Bench(memory)

    untidy = tidy(timeline, bench, Changes("timeline", 2), 0)
    assert (untidy, customers(memory)) == (2, told)
    untidy = tidy(timeline, bench, Changes("timeline", 1), untidy)
    assert (untidy, customers(memory)) == (0, sorted(told))


def test_a_timeline_that_nobody_put_in_order_is_put_in_order(memory: DuckDBSession) -> None:
    memory.execute("create table timeline as from (values ('c2'), ('c1')) as t (customer_id)")
    timeline = next(model for model in folder("marts") if model.name == "timeline")
    assert tidy(timeline, Bench(memory), Changes("timeline", 0), -1) == 0
    assert customers(memory) == ["c1", "c2"]


def test_every_mart_with_a_customer_is_looked_into_by_customer() -> None:
    marts = {model.name for model in folder("marts") if "customer_id" in model.columns}
    assert marts <= {table for table, names in looked_up().items() if "customer_id" in names}
