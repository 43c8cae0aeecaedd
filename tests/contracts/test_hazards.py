"""Whatever a vendor does to it, no source loses, doubles or resurrects a record."""

from __future__ import annotations

from collections.abc import Callable
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


def every_day() -> list[tuple[str, str]]:
    """Return source and hazard; budgets take long, so of those we know one of each kind is asked.

    The proof asks all. A source that `facts` does not speak of yet is new, and asked everything.
    """
    known = {n for n in sources.names() if n not in SMALL and facts.of(n).tight is not None}
    return [
        (name, hazard)
        for name in sources.names()
        for hazard, danger in HAZARDS.items()
        if not (danger.tight and name in known)
    ]


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
