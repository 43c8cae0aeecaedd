"""Whatever a vendor does to it, no source loses, doubles or resurrects a record."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

import sources
from tests.contracts import facts
from tests.contracts.conftest import Open
from tests.contracts.hazards import HAZARDS, Hazard, Spared
from tests.contracts.keepers import Memory, Real
from tests.contracts.proof import FAILED, PROPERTY, counted
from tests.contracts.story import Keeper, Losses
from tests.town import SMALL

Record = Callable[[str, object], None]
Keep = Callable[[Path], Keeper]


TURNS = 6
"""In so many sources outside the town one meets a hazard, each time another."""
SHARES = 2
"""Every so many of the town meet a budget."""


def every_day() -> list[tuple[str, str]]:
    """Return source and hazard; the proof asks all.

    The town meets every hazard, and so does a source that `facts` does not speak of yet: it is
    new. The others take turns: each hazard meets some of them, and each of them some hazards.
    Budgets take long: the town takes turns too, and of the others they are asked where they
    cannot bind.
    """
    known = [n for n in sources.names() if n in facts.FACTS and n not in SMALL]
    another_day = {
        (name, hazard)
        for (place, name), (turn, hazard) in product(
            enumerate([*known, *SMALL]), enumerate(HAZARDS)
        )
        if _waits(HAZARDS[hazard], name, place + turn)
    }
    pairs = product(sources.names(), HAZARDS)
    return [pair for pair in pairs if pair not in another_day]


def _waits(danger: Hazard, name: str, turn: int) -> bool:
    if danger.tight:
        return facts.of(name).tight is not None and (name not in SMALL or turn % SHARES > 0)
    return name not in SMALL and turn % TURNS > 0


def test_every_hazard_meets_sources_and_every_source_hazards_of_each_kind_every_day() -> None:
    met = every_day()
    for hazard in HAZARDS:
        town = {name for name, one in met if one == hazard} & {*SMALL}
        if HAZARDS[hazard].tight:
            assert len(town) >= SHARES
            continue
        assert town == {*SMALL}
        assert len({name for name, one in met if one == hazard} - {*SMALL}) >= SHARES
    every = {danger.tell.__module__ for danger in HAZARDS.values() if not danger.tight}
    for name in sources.names():
        assert every <= {HAZARDS[hazard].tell.__module__ for one, hazard in met if one == name}


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
