"""Whatever a vendor does to it, no source loses, doubles or resurrects a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import sources
from sandbox.clock import Clock
from sandbox.serve import serve
from sandbox.vendor import discover
from sandbox.world import make
from tests.contracts import facts
from tests.contracts.hazards import HAZARDS
from tests.contracts.keepers import Memory, Real
from tests.contracts.story import Keeper, Losses, Story

PEOPLE = 12
Open = Callable[[str, Callable[[Path], Keeper]], Story]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Open a story of one source, in a small world whose clock stands."""
    with ExitStack() as stack:

        def start(name: str, keep: Callable[[Path], Keeper]) -> Story:
            world = make("seeded", people=PEOPLE)
            clock = Clock(world.start, frozen=True)
            twin = discover()[name](clock, **facts.of(name).twin)
            box = stack.enter_context(serve([twin], world, clock=clock))
            return Story(name, box, tmp_path, keep)

        yield start


@pytest.mark.parametrize("hazard", HAZARDS)
@pytest.mark.parametrize("name", sources.names())
def test_nothing_is_lost_doubled_or_resurrected(name: str, hazard: str, opened: Open) -> None:
    story = opened(name, Memory)
    spared = HAZARDS[hazard].spares(story)
    if spared:
        pytest.skip(spared)
    HAZARDS[hazard].tell(story)
    assert story.losses() == Losses()


@pytest.mark.proof
@pytest.mark.parametrize("hazard", HAZARDS)
@pytest.mark.parametrize("name", sources.names())
def test_nor_in_a_real_warehouse(name: str, hazard: str, opened: Open) -> None:
    story = opened(name, Real.duckdb)
    spared = HAZARDS[hazard].spares(story)
    if spared:
        pytest.skip(spared)
    HAZARDS[hazard].tell(story)
    assert story.losses() == Losses()
