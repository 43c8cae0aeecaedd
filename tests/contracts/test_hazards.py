"""Whatever a vendor does to it, no source loses, doubles or resurrects a record."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

import sources
from tests.contracts import facts
from tests.contracts.conftest import Open
from tests.contracts.hazards import HAZARDS, Spared
from tests.contracts.keepers import Memory, Real
from tests.contracts.proof import FAILED, PROPERTY, counted
from tests.contracts.story import Keeper, Losses
from tests.town import SMALL

Record = Callable[[str, object], None]
Keep = Callable[[Path], Keeper]


THIRD = 3


def every_day() -> list[tuple[str, str]]:
    """Return source and hazard; the proof asks all.

    Budgets take long, so of the sources we know one of each kind is asked. What the one hand of
    all stands up to is asked of a third of them, each time another: so every hazard still meets
    every third source, and every source every third hazard. A source that `facts` does not speak
    of yet is new, and asked everything.
    """
    asking = [n for n in sources.names() if n in facts.FACTS and facts.of(n).asks]
    spared = {n for n in asking if n not in SMALL and facts.of(n).tight is not None}
    shared = [hazard for hazard, danger in HAZARDS.items() if danger.shared]
    another_day = {
        (name, hazard)
        for (place, name), (turn, hazard) in product(enumerate(asking), enumerate(shared))
        if (place + turn) % THIRD
    }
    return [
        (name, hazard)
        for name, (hazard, danger) in product(sources.names(), HAZARDS.items())
        if (name, hazard) not in another_day and not (danger.tight and name in spared)
    ]


def test_every_source_meets_hazards_of_every_kind_and_every_hazard_sources_each_day() -> None:
    for name in sources.names():
        met = {HAZARDS[hazard].shared for one, hazard in every_day() if one == name}
        assert met == {True, False}
    for hazard in HAZARDS:
        asked = {name for name, one in every_day() if one == hazard and facts.of(name).asks}
        assert len(asked) >= len(SMALL)


@pytest.mark.parametrize(("name", "hazard"), every_day())
def test_nothing_is_lost_doubled_or_resurrected(
    name: str, hazard: str, opened: Open, record_property: Record
) -> None:
    _live_through(name, hazard, opened, Memory, record_property)


@pytest.mark.proof
@pytest.mark.parametrize("hazard", HAZARDS)
@pytest.mark.parametrize("name", sources.names())
def test_nor_in_a_real_warehouse(
    name: str, hazard: str, opened: Open, record_property: Record
) -> None:
    _live_through(name, hazard, opened, Real.duckdb, record_property)


def _live_through(name: str, hazard: str, opened: Open, keep: Keep, record: Record) -> None:
    danger = HAZARDS[hazard]
    story = opened(name, keep, tight=danger.tight)
    spared = danger.spares(story)
    if spared:
        record(PROPERTY, ["cell", hazard, name, spared])
        return
    outcome = FAILED
    try:
        danger.tell(story)
        losses = story.losses()
        outcome = counted(losses)
    except Spared as found:
        outcome, losses = str(found), Losses()
    finally:
        record(PROPERTY, ["cell", hazard, name, outcome])
    assert losses == Losses()
