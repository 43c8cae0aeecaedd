"""One customer is found without reading everybody."""

from __future__ import annotations

from random import Random

import pytest

from core.warehouse import Session
from tests.transforms.happenings import night
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.indexes import looked_up
from transforms.model import folder

INDEXED = "select tablename, indexname from pg_indexes where schemaname = 'daybreak'"


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


def test_every_mart_with_a_customer_is_looked_into_by_customer() -> None:
    marts = {model.name for model in folder("marts") if "customer_id" in model.columns}
    assert marts <= {table for table, names in looked_up().items() if "customer_id" in names}
