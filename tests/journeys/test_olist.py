"""Real orders, payments, reviews and leads, from the vendors to the customer 360, to the cent.

The e-mails are synthetic, one a person; see ``sandbox.world.olist`` for the data and its licence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from core.warehouse import Warehouse
from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from sandbox.world.olist import TABLES
from tests.installation import Installation

DATA = Path(__file__).parents[3] / "shared" / "data" / "olist"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the Olist tables are not there (../shared/data/olist)"
)
SOURCES = ("shopify", "stripe", "zendesk", "hubspot")
SAMPLE_ENDS, SAMPLE_CUT = "2017-01-20", datetime(2017, 1, 10, tzinfo=UTC)
LEADS, DEALS = 120, 12
CUT = datetime(2018, 1, 1, tzinfo=UTC)
LAST = datetime(2018, 12, 1, 2, tzinfo=UTC)
WHOLE = {
    "customers": 99_441,
    "orders": 99_441,
    "lines": 112_650,
    "products": 32_951,
    "charges": 103_886,
    "cents": 1_600_887_212,
    "ratings": 99_224,
    "contacts": 8_000,
    "won deals": 842,
    "profiles": 104_096,
    "cents paid": 1_600_887_212,
    "cents earned": 1_600_526_214,
}
LANDED = """
select (select count(*) from raw_shopify.customers where deleted_at is null) as customers,
       (select count(*) from raw_shopify.orders where deleted_at is null) as orders,
       (select count(*) from raw_shopify.order_lines where deleted_at is null) as lines,
       (select count(*) from raw_shopify.products where deleted_at is null) as products,
       (select count(*) from raw_stripe.charges where deleted_at is null) as charges,
       (select sum(amount) from raw_stripe.charges where currency = 'brl') as cents,
       (select count(*) from raw_zendesk.satisfaction_ratings where deleted_at is null) as ratings,
       (select count(*) from raw_hubspot.contacts where deleted_at is null) as contacts,
       (select count(*) from deals where is_won) as "won deals",
       (select count(*) from customers) as profiles,
       (select sum(amount_minor) from payments where status = 'succeeded') as "cents paid",
       (select sum(net_minor) from revenue) as "cents earned"
"""
EXPECTED = """
select (select count(*) from customers) as customers,
       (select count(*) from orders) as orders,
       (select count(*) from items) as lines,
       (select count(*) from products) as products,
       (select count(*) from payments) as charges,
       (select cast(sum(payment_value * 100) as bigint) from payments) as cents,
       (select count(*) from reviews) as ratings,
       (select count(*) from leads) as contacts,
       (select count(*) from deals) as "won deals",
       (select count(distinct customer_unique_id) from customers)
           + (select count(*) from leads) as profiles,
       (select cast(sum(payment_value * 100) as bigint) from payments) as "cents paid",
       (select coalesce(sum(cast(price * 100 as bigint) + cast(freight_value * 100 as bigint)), 0)
        from items join orders using (order_id)
        where order_status not in ('canceled', 'unavailable'))
       + (select coalesce(sum(cast(payment_value * 100 as bigint)), 0)
          from payments join orders using (order_id)
          where order_status in ('canceled', 'unavailable')) as "cents earned"
"""
SAMPLE = {
    "orders": f"order_purchase_timestamp < '{SAMPLE_ENDS}'",
    "customers": "customer_id in (select customer_id from orders)",
    "items": "order_id in (select order_id from orders)",
    "payments": "order_id in (select order_id from orders)",
    "reviews": "order_id in (select order_id from orders)",
    "products": "product_id in (select product_id from items)",
    "translation": "true",
    "deals": f"true order by won_date limit {DEALS}",
    "leads": "mql_id in (select mql_id from deals)"
    f" or mql_id in (from whole_leads select mql_id order by mql_id limit {LEADS})",
}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the first months of the data as tables of their own."""
    folder = tmp_path_factory.mktemp("olist")
    with duckdb.connect() as db:
        for name, file in TABLES.items():
            db.execute(f"create view whole_{name} as from '{DATA / file}.parquet'")
        for name, condition in SAMPLE.items():
            db.execute(f"create table {name} as from whole_{name} where {condition}")
            db.execute(f"copy {name} to '{folder / TABLES[name]}.parquet' (format parquet)")
    return folder


@pytest.mark.parametrize(
    "warehouse_url",
    ["duckdb", pytest.param("postgres", marks=pytest.mark.proof)],
    indirect=True,
)
def test_a_sample_lands_and_reconciles_exactly_in_two_nights(
    sample: Path, warehouse: Warehouse, tmp_path: Path
) -> None:
    with _town(f"olist:{sample}@{SAMPLE_CUT:%Y-%m-%d}") as box:
        here = Installation(tmp_path, warehouse, box)
        _night(here)
        first = _landed(here)
        box.evolve(until=LAST)
        _night(here)
        expected = _expected(sample)
        assert first["orders"] == _expected_before(sample, SAMPLE_CUT) < expected["orders"]
        assert _landed(here) == expected


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_the_whole_lands_and_reconciles_exactly(warehouse: Warehouse, tmp_path: Path) -> None:
    assert _expected(DATA) == WHOLE
    with _town(f"olist:{DATA}") as box:
        here = Installation(tmp_path, warehouse, box)
        _night(here)
        assert _landed(here) == WHOLE


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_the_whole_in_two_nights_is_the_same(warehouse: Warehouse, tmp_path: Path) -> None:
    with _town(f"olist:{DATA}@{CUT:%Y-%m-%d}") as box:
        here = Installation(tmp_path, warehouse, box)
        _night(here)
        first = _landed(here)
        assert (first["orders"], first["lines"], first["charges"]) == (45_430, 51_234, 47_871)
        assert (first["ratings"], first["contacts"], first["won deals"]) == (45_370, 2_002, 3)
        assert first["profiles"] == 44_034 + 2_002
        box.evolve(until=LAST)
        _night(here)
        assert _landed(here) == WHOLE


@contextmanager
def _town(spec: str) -> Iterator[Sandbox]:
    world = make(spec)
    with serve(world=world, clock=Clock(world.start, frozen=True)) as box:
        yield box


def _night(here: Installation) -> None:
    for source in SOURCES:
        here.pull(source)
    here.reconcile()


def _landed(here: Installation) -> dict[str, int]:
    with here.warehouse.session(SOURCES, read_only=True) as session:
        row = session.query(LANDED).to_pylist()[0]
    return {name: int(value) for name, value in row.items()}


def _expected(folder: Path) -> dict[str, int]:
    with duckdb.connect() as db:
        for name, file in TABLES.items():
            db.execute(f"create view {name} as from '{folder / file}.parquet'")
        row = db.execute(EXPECTED).to_arrow_table().to_pylist()[0]
    return {name: int(value) for name, value in row.items()}


def _expected_before(folder: Path, cut: datetime) -> int:
    with duckdb.connect() as db:
        orders = db.from_parquet(str(folder / f"{TABLES['orders']}.parquet"))
        return len(orders.filter(f"order_purchase_timestamp < '{cut:%Y-%m-%d}'"))
