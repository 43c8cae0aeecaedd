"""What the night rebuilds from what changed is what it would rebuild from everything."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.errors import ContractError
from core.warehouse import Session
from destinations.warehouses.duckdb import DuckDBSession
from tests.transforms.conftest import embedded
from tests.transforms.every_table import full_and_bare
from tests.transforms.happenings import ALL, night
from tests.transforms.raw import SOURCES, Raw
from tests.transforms.snapshot import TABLES, differences, rows, snapshot
from transforms import reconcile
from transforms.identity.settings import Steering
from transforms.model import folder

NAMELESS = [
    *(model.name for name in ("staging", "identity") for model in folder(name)),
    "identity_emails",
    "identity_phones",
    "identity_names",
    "identity_births",
]
"""The tables without a customer id: those of a warehouse without a past are the same."""

STAGING = folder("staging")
MANY = 130_000
EDITED = ("shopify__customers", "identity_values", "identity_readings", "identities", "orders")

pytestmark = pytest.mark.timeout(900)
SEEDS = st.integers(0, 2**32)
NIGHTS = st.lists(st.integers(1, 8), min_size=2, max_size=3)


def examples(count: int) -> settings:
    """Return settings for ``count`` streams of nights, each of which takes seconds."""
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


def people(session: Session) -> set[frozenset[tuple[str, str]]]:
    """Return who is together, whatever their customer is called."""
    found = session.query(
        "select source, source_id, customer_id from identities where valid_to is null"
    ).to_pylist()
    members = defaultdict(set)
    for row in found:
        members[row["customer_id"]].add((row["source"], row["source_id"]))
    return {frozenset(each) for each in members.values()}


def both_ways(seed: int, nights: list[int]) -> None:
    """Live through the nights by what changed, and by everything each time: all is the same."""
    dice, raw = Random(seed), Raw()
    by_change, by_everything = embedded(), embedded()
    with TemporaryDirectory() as home:
        state = Steering(state=Path(home))
        for count in [30, *nights]:
            _night_both_ways(raw, dice, count, (by_change, by_everything), state)
    from_nothing = embedded()
    raw.land(from_nothing)
    reconcile(from_nothing, now=raw.now())
    assert people(by_change) == people(from_nothing)
    assert [rows(by_change, t) for t in NAMELESS] == [rows(from_nothing, t) for t in NAMELESS]


def _night_both_ways(
    raw: Raw, dice: Random, count: int, both: tuple[Session, Session], state: Steering
) -> None:
    night(raw, dice, count)
    for session in both:
        raw.land(session)
    one = reconcile(both[0], now=raw.now(), steering=state)
    other = reconcile(both[1], now=raw.now(), full=True)
    assert differences(snapshot(both[0]), snapshot(both[1])) == {}
    figures = ("total", "records", "new", "merged", "split", "gone", "returned", "duplicates")
    assert [getattr(one, f) for f in figures] == [getattr(other, f) for f in figures]


@pytest.mark.parametrize(("seed", "nights"), [(41, [8, 5])])
def test_incremental_equals_a_full_rebuild_row_for_row(seed: int, nights: list[int]) -> None:
    both_ways(seed, nights)


@pytest.mark.proof
@pytest.mark.timeout(7200)
@examples(100)
@given(SEEDS, NIGHTS)
def test_incremental_equals_a_full_rebuild_over_many_streams(seed: int, nights: list[int]) -> None:
    both_ways(seed, nights)


@pytest.mark.parametrize(
    ("warehouse_url", "nights"),
    [
        pytest.param("postgres", (40, 6), id="postgres"),
        pytest.param("postgres", (40, 6, 6, 6, 6), id="longer", marks=pytest.mark.proof),
        pytest.param("duckdb", (40, 6, 6, 6, 6), id="duckdb", marks=pytest.mark.proof),
    ],
    indirect=["warehouse_url"],
)
def test_the_same_nights_leave_the_same_on_every_warehouse(
    session: Session, nights: tuple[int, ...]
) -> None:
    dice, raw, reference = Random(20), full_and_bare(), embedded()
    for count in nights:
        night(raw, dice, count)
        for one in (session, reference):
            raw.land(one)
            reconcile(one, now=raw.now(), sources=SOURCES)
        assert differences(snapshot(session), snapshot(reference)) == {}
    delivered = {model.name.partition("__")[0] for model in STAGING if rows(session, model.name)}
    assert delivered == {*SOURCES}
    before = snapshot(session)
    reconcile(session, now=raw.now(), full=True, sources=SOURCES)
    assert differences(before, snapshot(session)) == {}


def test_who_is_together_does_not_depend_on_who_came_first() -> None:
    whoever_came_first(42)


@pytest.mark.proof
@examples(20)
@given(SEEDS)
def test_nor_does_it_for_many_arrivals(seed: int) -> None:
    whoever_came_first(seed)


def whoever_came_first(seed: int) -> None:
    """Let everybody arrive at once, and bit by bit in an order of chance: it is the same."""
    dice, whole = Random(seed), Raw()
    night(whole, dice, 40)
    at_once, bit_by_bit = embedded(), embedded()
    whole.land(at_once)
    reconcile(at_once, now=whole.now())

    arrivals = [(table, key) for table, held in whole.rows.items() for key in held]
    dice.shuffle(arrivals)
    partly = Raw()
    for third in range(3):
        partly.version += 1
        for table, key in arrivals[third::3]:
            partly.rows.setdefault(table, {})[key] = {
                **whole.rows[table][key],
                "_version": partly.version,
            }
        partly.land(bit_by_bit)
        reconcile(bit_by_bit, now=partly.now())

    assert people(bit_by_bit) == people(at_once)


def test_a_night_that_was_cut_leaves_nothing_and_the_next_try_leaves_everything(
    tmp_path: Path,
) -> None:
    dice, raw, cut, undisturbed = Random(3), Raw(), embedded(), embedded()
    state = Steering(state=tmp_path)
    night(raw, dice, 40)
    for session in (cut, undisturbed):
        raw.land(session)
        reconcile(session, now=raw.now(), steering=state if session is cut else None)
    night(raw, dice, 10)
    for session in (cut, undisturbed):
        raw.land(session)
    reconcile(undisturbed, now=raw.now())

    for step in ("shopify__orders", "identities", "timeline"):
        before = snapshot(cut)

        def stop(line: str, step: str = step) -> None:
            if line.startswith(f"{step}:"):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            reconcile(cut, now=raw.now(), observe=stop, steering=state)
        assert differences(before, snapshot(cut)) == {}
    reconcile(cut, now=raw.now(), steering=state)
    assert differences(snapshot(cut), snapshot(undisturbed)) == {}


def test_an_edited_model_is_rebuilt_with_what_stands_on_it() -> None:
    raw, session = Raw(), embedded()
    night(raw, Random(4), 40)
    raw.land(session)
    reconcile(session, now=raw.now())
    before = snapshot(session)

    for edited in EDITED:
        session.execute(f"update _models set fingerprint = 'another text' where model = '{edited}'")
        reconcile(session, now=raw.now())
        assert differences(before, snapshot(session)) == {}, edited


def test_a_table_that_views_stand_on_is_made_anew_with_them(session: Session) -> None:
    raw = Raw()
    night(raw, Random(4), 40)
    raw.land(session)
    reconcile(session, now=raw.now())
    before = snapshot(session)

    stale = "('orders', 'customers', 'customer_fields', 'customer_stages')"
    session.execute(f"update _models set fingerprint = 'another text' where model in {stale}")
    reconcile(session, now=raw.now())

    assert differences(before, snapshot(session)) == {}


def test_a_night_without_news_changes_nothing_and_says_so(session: Session) -> None:
    raw = Raw()
    night(raw, Random(5), 40)
    raw.land(session)
    reconcile(session, now=raw.now())
    before = snapshot(session)

    raw.version += 1
    done = reconcile(session, now=raw.now())

    # What waits for somebody has waited a day longer.
    assert differences(before, snapshot(session)).keys() <= {"open_violations"}
    assert (done.records, done.new, done.duplicates) == (0, 0, 0)
    assert set(done.facts.values()) == {0}


def test_before_the_first_pull_every_table_is_there_and_empty(session: Session) -> None:
    done = reconcile(session, now=Raw().now())

    assert done.total == 0
    assert all(session.columns(table) for table in TABLES)


def test_a_column_that_never_had_a_value_may_be_missing() -> None:
    raw, session = Raw(), embedded()
    raw.put("stripe", "charges", id="ch_1", customer="cus_1", amount=5, currency="eur")
    raw.land(session)
    for column in ("created", "disputed", "metadata__order_id"):
        session.execute(f"alter table raw_stripe.charges drop column {column}")

    reconcile(session, now=raw.now(), sources=SOURCES)

    paid = session.query("select amount_minor, paid_at, is_disputed from payments").to_pylist()
    assert paid == [{"amount_minor": 5, "paid_at": None, "is_disputed": False}]


def test_a_first_night_larger_than_a_row_group_loses_nothing(memory: DuckDBSession) -> None:
    many(memory, "products", "title")

    reconcile(memory, now=Raw().now(), sources=SOURCES)

    assert memory.query("select count(*) from products").column(0).to_pylist() == [MANY]


@pytest.mark.proof
def test_nor_does_one_with_as_many_people(memory: DuckDBSession) -> None:
    many(memory, "customers", "default_email_address__email_address")

    assert reconcile(memory, now=Raw().now(), sources=SOURCES).total == MANY

    held = memory.query("select count(*) from identities where valid_to is null")
    assert held.column(0).to_pylist() == [MANY]


def many(session: DuckDBSession, table: str, column: str) -> None:
    """Put more rows into a raw table than DuckDB keeps in one group (122,880)."""
    session.execute("create schema raw_shopify")
    session.execute(
        f"create table raw_shopify.{table} as select cast(n as varchar) as id,"
        f" concat('p', n, '@firm.example') as {column},"
        " timestamptz '2026-01-01' as created_at, timestamptz '2026-01-01' as updated_at,"
        " cast(null as timestamptz) as deleted_at, cast(1 as bigint) as _version"
        f" from range({MANY}) as r (n)"
    )


def test_two_rows_for_one_key_are_refused_and_nothing_of_the_night_is_kept(
    memory: DuckDBSession,
) -> None:
    raw = Raw()
    night(raw, Random(6), 20)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    before = snapshot(memory)
    raw.version += 1
    raw.put("shopify", "products", id="p1", title="Tea")
    raw.land(memory)
    memory.execute("insert into raw_shopify.products select * from raw_shopify.products")

    with pytest.raises(ContractError, match=r"more than one row per \(source, product_id\).*p1"):
        reconcile(memory, now=raw.now())

    assert differences(before, snapshot(memory)) == {}


def test_every_kind_of_happening_is_lived_through() -> None:
    assert len({happening.__name__ for happening in ALL}) >= 14
