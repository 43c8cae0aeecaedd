"""What people rule holds, whatever else comes, and comes out as deciding everything anew would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.identity.engine.test_delta import (
    SOME,
    TOWN,
    drawn,
    links,
    loaded,
    partition,
    tables_of,
)
from transforms.identity.engine import delta, rulings, store
from transforms.identity.engine.store import Session

Ruling = tuple[str, str, str, int]
Step = tuple[list[tuple[int, str]], list[Ruling]]
WHO = st.integers(0, 39).map(lambda n: f"{TOWN[n * 7]['record_id']}")
RULING = st.tuples(st.sampled_from([rulings.MUST, rulings.NEVER]), WHO, WHO, st.integers(0, 99))
STEPS = st.lists(st.tuples(SOME, st.lists(RULING, max_size=12)), min_size=1, max_size=3)


def rule(session: Session, some: list[tuple[int, str]], ruled: list[Ruling]) -> None:
    delta.applied(session, tables_of(some), store.knowledge_of(session), rulings.table(ruled))


def customers(ruled: list[Ruling], rows: list[dict[str, str]] | None = None) -> dict[str, int]:
    with loaded(rows or TOWN) as session:
        rule(session, [], ruled)
        return links(session)


def in_force(ruled: list[Ruling]) -> tuple[dict[str, str], set[tuple[str, str]]]:
    found = rulings.in_force(rulings.table(ruled))
    ties = dict(zip(*found.ties.to_pydict().values(), strict=True))
    return ties, set(zip(*found.nevers.to_pydict().values(), strict=True))


@drawn(2)
@given(STEPS)
def test_any_stream_of_changes_and_rulings_ends_where_deciding_everything_anew_would(
    steps: list[Step],
) -> None:
    ends_like_a_rebuild(steps)


@pytest.mark.proof
@drawn(40)
@given(STEPS)
def test_forty_streams_of_changes_and_rulings_end_where_deciding_anew_would(
    steps: list[Step],
) -> None:
    ends_like_a_rebuild(steps)


def ends_like_a_rebuild(steps: list[Step]) -> None:
    with loaded(TOWN[:280]) as session:
        for some, ruled in steps:
            before = links(session)
            since = store.runs(session)
            rule(session, some, ruled)
            keeps(links(session), ruled)
            after = links(session)
            moved = store.moved(session, since).to_pydict().values()
            assert dict(zip(*moved, strict=True)) == {
                r: after.get(r)
                for r in before.keys() | after.keys()
                if before.get(r) != after.get(r)
            }
        by_changes = links(session)
        store.rebuilt(session, store.knowledge_of(session))
        assert links(session) == by_changes


def keeps(found: dict[str, int], ruled: list[Ruling]) -> None:
    ties, nevers = in_force(ruled)
    customer_of_tie: dict[str, int] = {}
    for record, tie in ties.items():
        if record in found:
            assert customer_of_tie.setdefault(tie, found[record]) == found[record]
    assert not [pair for pair in nevers if found.get(pair[0], 0) == found.get(pair[1], -1)]


@drawn(1)
@given(
    SOME.map(lambda s: s[:5]), st.permutations(range(6)), st.lists(RULING, min_size=6, max_size=6)
)
def test_rulings_may_come_before_their_records_and_in_any_order(
    some: list[tuple[int, str]], order: list[int], ruled: list[Ruling]
) -> None:
    with loaded(TOWN[:200]) as session:
        rule(session, some, ruled)
        together = partition(links(session))
    with loaded(TOWN[:200]) as session:
        for until in range(6):
            rule(session, some[until : until + 1], [ruled[i] for i in order[: until + 1]])
        assert partition(links(session)) == together


def test_strangers_whom_somebody_ruled_one_are_one_and_apart_again_when_that_is_undone() -> None:
    with loaded(TOWN) as session:
        free = links(session)
        one, two = TOWN[0]["record_id"], TOWN[100]["record_id"]
        assert free[one] != free[two]
        rule(session, [], [(rulings.MUST, one, two, 1)])
        assert links(session)[one] == links(session)[two]
        rule(session, [], [])
        assert partition(links(session)) == partition(free)


def test_two_who_say_exactly_the_same_are_two_if_somebody_ruled_so() -> None:
    twin = {**TOWN[0], "record_id": "twin"}
    one = TOWN[0]["record_id"]
    free = customers([], [*TOWN, twin])
    assert free["twin"] == free[one]
    ruled = customers([(rulings.NEVER, "twin", one, 1)], [*TOWN, twin])
    assert ruled["twin"] != ruled[one]


def test_of_contradicting_rulings_the_later_one_holds_through_others_too() -> None:
    chain = [(rulings.MUST, "a", "b", 1), (rulings.MUST, "b", "c", 2)]
    assert in_force([*chain, (rulings.NEVER, "c", "a", 3)]) == ({"b": "b", "c": "b"}, {("a", "c")})
    assert in_force([*chain, (rulings.NEVER, "c", "a", 0)]) == (dict.fromkeys("abc", "a"), set())
    enemies = [(rulings.NEVER, "a", "c", 3), (rulings.NEVER, "b", "d", 2)]
    tie = (rulings.MUST, "a", "b", 4)
    late = (rulings.MUST, "c", "d", 1)
    cross = (rulings.MUST, "d", "a", 0)
    ties, nevers = in_force([*enemies, tie, late, cross])
    assert ties == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert nevers == {("a", "c"), ("b", "d")}


def test_a_second_address_of_a_person_is_as_good_as_the_first() -> None:
    rows = [
        {"record_id": "p", "first_name": "Una", "last_name": "Vale", "email": "una@vale.example"},
        {"record_id": "p2", "email": "u.v@office.example"},
        *({"record_id": f"q{n}", "email": "u.v@office.example", "city": str(n)} for n in range(3)),
        *({"record_id": f"r{n}", "email": "una@vale.example", "city": str(n)} for n in range(3)),
    ]
    found = customers([(rulings.MUST, "p", "p2", 1)], [*TOWN, *rows])
    assert len({found[row["record_id"]] for row in rows}) == 1


def test_more_records_than_are_compared_stay_together_if_they_are_tied() -> None:
    many = [{"record_id": f"m{n:04d}", "company": f"Shop {n}"} for n in range(1600)]
    tied = [(rulings.MUST, "m0000", row["record_id"], 1) for row in many[1:]]
    found = customers(tied, [*TOWN, *many])
    assert len({found[row["record_id"]] for row in many}) == 1


def test_rulings_change_nothing_for_those_they_do_not_concern() -> None:
    free = customers([])
    ruled = customers(
        [(rulings.MUST, TOWN[0]["record_id"], "nobody", 1), (rulings.NEVER, "nobody", "no one", 1)]
    )
    assert partition(ruled) == partition(free)
