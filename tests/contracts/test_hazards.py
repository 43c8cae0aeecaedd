"""Whatever a vendor does to it, no source loses, doubles or resurrects a record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sources
from tests.contracts.conftest import Open
from tests.contracts.hazards import HAZARDS, Spared
from tests.contracts.keepers import Memory, Real
from tests.contracts.proof import FAILED, PROPERTY, counted
from tests.contracts.story import Keeper, Losses

Record = Callable[[str, object], None]
Keep = Callable[[Path], Keeper]


@pytest.mark.parametrize("hazard", HAZARDS)
@pytest.mark.parametrize("name", sources.names())
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
