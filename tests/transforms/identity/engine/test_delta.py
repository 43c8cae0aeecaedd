"""Applying changes comes out as deciding everything anew would, ids too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.transforms.identity.engine.town import people
from transforms.identity.engine import delta, store
from transforms.identity.engine.layout import COLUMNS
from transforms.identity.engine.store import Session

TOWN = people(300, seed=3)
SOME = st.lists(
    st.tuples(st.integers(0, len(TOWN) - 1), st.sampled_from(["delete", "upsert", "edit", "junk"])),
    min_size=1, max_size=25,
    unique_by=lambda pair: pair[0],
)  # fmt: skip
Orders = tuple[list[tuple[int, str]], list[tuple[int, str]]]
FEW = SOME.filter(lambda some: len(some) > 2).map(lambda some: some[:6])
ORDERS = FEW.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some)))


@contextmanager
def loaded(rows: list[dict[str, str]]) -> Iterator[Session]:
    with TemporaryDirectory() as folder, store.opened(Path(folder) / "state") as session:
        delta.load(session, changes_of(rows, "upsert"))
        yield session


def changes_of(rows: list[dict[str, str]], change: str) -> pa.Table:
    table = pa.Table.from_pylist(rows, schema=pa.schema([(c, pa.string()) for c in COLUMNS]))
    return table.append_column("change", pa.array([change] * len(rows), pa.string()))


def links(session: Session) -> dict[str, int]:
    return dict(session.sql("select record_id, customer_id from links").fetchall())


def partition(found: dict[str, int]) -> set[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for record, customer in found.items():
        groups.setdefault(customer, set()).add(record)
    return {frozenset(g) for g in groups.values()}


def step(session: Session, some: list[tuple[int, str]]) -> None:
    delta.applied(session, tables_of(some), store.knowledge_of(session))


def tables_of(some: list[tuple[int, str]]) -> pa.Table:
    tables = [
        changes_of([_row(i, what)], "delete" if what == "delete" else "upsert") for i, what in some
    ]
    return pa.concat_tables([changes_of([], "upsert"), *tables])


def _row(number: int, what: str) -> dict[str, str]:
    row = dict(TOWN[number])
    if what == "edit":
        other = TOWN[(number * 7 + 1) % len(TOWN)]
        row |= {k: other[k] for k in ("email", "phone") if k in other}
    if what == "junk":
        row |= {"email": "info@shop.example", "phone": "555 0100 200"}
    return row


def drawn(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@drawn(2)
@given(st.lists(SOME, min_size=1, max_size=2))
def test_any_stream_of_changes_ends_where_deciding_everything_anew_would(
    stream: list[list[tuple[int, str]]],
) -> None:
    ends_like_a_rebuild(stream)


@pytest.mark.proof
@drawn(40)
@given(st.lists(SOME, min_size=1, max_size=4))
def test_forty_streams_of_changes_end_where_deciding_everything_anew_would(
    stream: list[list[tuple[int, str]]],
) -> None:
    ends_like_a_rebuild(stream)


def ends_like_a_rebuild(stream: list[list[tuple[int, str]]]) -> None:
    with loaded(TOWN[:200]) as session:
        for some in stream:
            step(session, some)
        by_changes = links(session)
        store.rebuilt(session, store.knowledge_of(session))
        assert links(session) == by_changes


@drawn(1)
@given(ORDERS)
def test_the_order_of_arrival_does_not_matter(orders: Orders) -> None:
    ends_alike(*orders)


@pytest.mark.proof
@drawn(20)
@given(ORDERS)
def test_twenty_orders_of_arrival_do_not_matter(orders: Orders) -> None:
    ends_alike(*orders)


def ends_alike(some: list[tuple[int, str]], other: list[tuple[int, str]]) -> None:
    with loaded(TOWN[:200]) as session:
        step(session, some)
        together = partition(links(session))
    with loaded(TOWN[:200]) as session:
        for one in other:
            step(session, [one])
        assert partition(links(session)) == together


def test_a_night_without_changes_changes_nothing() -> None:
    with loaded(TOWN) as session:
        before = links(session)
        assert delta.applied(session, changes_of([], "upsert"), store.knowledge_of(session)) == 0
        assert delta.applied(session, changes_of(TOWN, "upsert"), store.knowledge_of(session)) == 0
        assert links(session) == before


def test_of_merged_customers_the_oldest_id_survives_and_the_other_leads_to_it() -> None:
    ada = {
        "record_id": "z1",
        "first_name": "Ada",
        "last_name": "Quillfeather",
        "email": "ada.q@example.org",
    }
    other = {
        "record_id": "z2",
        "first_name": "Ada",
        "last_name": "Quillfeather",
        "phone": "+44 20 7946 0958",
    }
    bridge = {**ada, "record_id": "z3", "phone": "020 7946 0958", "country": "GB"}
    with loaded([*TOWN, ada, other]) as session:
        before = links(session)
        delta.applied(session, changes_of([bridge], "upsert"), store.knowledge_of(session))
        after = links(session)
        survivor, retired = sorted([before["z1"], before["z2"]])
        assert survivor != retired
        assert {after[r] for r in ("z1", "z2", "z3")} == {survivor}
        leads = session.sql(
            f"select leads_to from customers where customer_id = {retired}"
        ).fetchone()
        assert leads == (survivor,)


def test_a_number_is_never_given_twice() -> None:
    newcomer = {
        "record_id": "new",
        "first_name": "Ib",
        "last_name": "Nygaard",
        "email": "ib@example.net",
    }
    with loaded(TOWN) as session:
        known = store.knowledge_of(session)
        highest = max(links(session).values())
        last = [r for r, c in links(session).items() if c == highest]
        delta.applied(session, changes_of([{"record_id": r} for r in last], "delete"), known)
        delta.applied(session, changes_of([newcomer], "upsert"), known)
        assert links(session)["new"] > highest


@pytest.mark.parametrize("copies", [3, 400])
def test_a_record_said_again_belongs_to_the_same_customer(copies: int) -> None:
    again = [{**TOWN[0], "record_id": f"again-{n}"} for n in range(copies)]
    with loaded(TOWN) as session:
        delta.applied(session, changes_of(again, "upsert"), store.knowledge_of(session))
        found = links(session)
        assert {found[r["record_id"]] for r in again} == {found[TOWN[0]["record_id"]]}
