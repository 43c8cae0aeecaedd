"""The id a customer keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.identity import registry
from transforms.identity.registry import customer_id

C1, C2, C3 = (customer_id(number) for number in (1, 2, 3))
Event = tuple[str, str, str]


@dataclass
class Settled:
    """A verdict in words."""

    ids: dict[int, str]
    events: list[Event]
    last: int


def settle(
    parts: Sequence[int], old: Sequence[str | None], alive: Iterable[str], last: int
) -> Settled:
    """Settle records given with their part and the id they had."""
    names = sorted({name for name in old if name} | set(alive))
    had = [names.index(name) if name else registry.NOBODY for name in old]
    verdict = registry.settle(
        np.array(parts, dtype=np.int64),
        np.array(had, dtype=np.int64),
        pa.array(names, pa.string()),
        np.array([name in set(alive) for name in names], dtype=bool),
        last,
    )
    told = verdict.names.to_pylist()
    ids = {part: str(told[place]) for part, place in zip(parts, verdict.ids, strict=True)}
    events = [
        (row["event"], row["customer_id"], row["other_id"]) for row in verdict.events.to_pylist()
    ]
    return Settled(ids, events, verdict.last)


def test_new_customers_are_numbered_in_the_order_of_their_smallest_records() -> None:
    verdict = settle([7, 3, 7], [None, None, None], set(), 0)
    assert verdict.ids == {7: C1, 3: C2}
    assert verdict.events == [("born", C1, ""), ("born", C2, "")]
    assert verdict.last == 2


def test_when_two_customers_are_one_the_older_id_survives() -> None:
    verdict = settle([0, 0, 0], [C2, C2, C1], {C1, C2}, 2)
    assert verdict.ids == {0: C1}
    assert verdict.events == [("merged", C2, C1)]


def test_when_a_customer_is_two_the_larger_part_keeps_the_id() -> None:
    verdict = settle([0, 1, 1], [C1, C1, C1], {C1}, 1)
    assert verdict.ids == {1: C1, 0: C2}
    assert verdict.events == [("split", C2, C1)]


def test_on_a_tie_the_part_with_the_smallest_record_keeps_the_id() -> None:
    assert settle([0, 1], [C1, C1], {C1}, 1).ids == {0: C1, 1: C2}


def test_a_customer_without_records_is_gone_and_its_id_is_not_given_again() -> None:
    verdict = settle([0], [None], {C1}, 1)
    assert verdict.ids == {0: C2}
    assert ("gone", C1, "") in verdict.events


def test_a_record_that_comes_back_brings_its_customer_back() -> None:
    verdict = settle([0], [C1], set(), 5)
    assert verdict.ids == {0: C1}
    assert verdict.events == [("returned", C1, "")]


def test_what_becomes_of_one_customer_is_told_together_and_who_is_gone_last() -> None:
    verdict = settle([4, 2, 2, 9], [C1, C2, C3, None], {C1, C2, C3, "c0000000009"}, 9)
    assert verdict.events == [
        ("merged", C3, C2),
        ("born", customer_id(10), ""),
        ("gone", customer_id(9), ""),
    ]


RECORDS = st.lists(
    st.tuples(st.integers(0, 4), st.none() | st.integers(1, 5).map(customer_id)), max_size=20
)


@given(RECORDS)
def test_no_two_customers_share_an_id_and_deciding_again_changes_nothing(
    records: list[tuple[int, str | None]],
) -> None:
    labels = [label for label, _ in records]
    old = [name for _, name in records]
    verdict = settle(labels, old, {name for name in old if name}, 5)
    assert len(set(verdict.ids.values())) == len(set(labels))
    kept = [verdict.ids[label] for label in labels]
    again = settle(labels, list(kept), set(kept), verdict.last)
    assert again.ids == verdict.ids
    assert again.events == []


@given(RECORDS)
def test_an_id_that_was_given_up_leads_somewhere_or_is_gone(
    records: list[tuple[int, str | None]],
) -> None:
    alive = {name for _, name in records if name}
    verdict = settle([r[0] for r in records], [r[1] for r in records], alive, 5)
    told = {whose for event, whose, _ in verdict.events if event in {"merged", "gone"}}
    assert alive - set(verdict.ids.values()) == told
