"""A sandbox with the one vendor a story is about, in a small seeded world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from destinations.warehouses import open_warehouse
from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.vendor import discover
from sandbox.world import make
from tests.contracts import facts
from tests.contracts.story import Keeper, Story
from tests.installation import Installation

PEOPLE = 25
CAST = 12


class Open(Protocol):
    """Opens a story of one source; ``tight``: with its limits so small that they bind."""

    def __call__(self, name: str, keep: Callable[[Path], Keeper], *, tight: bool = False) -> Story:
        """Open it."""
        ...


@contextmanager
def town(*names: str, people: int = PEOPLE) -> Iterator[Sandbox]:
    """Serve these vendors in a small world whose clock stands."""
    world = make("seeded", people=people)
    vendors = [discover()[name] for name in names]
    with serve(vendors, world, clock=Clock(world.start, frozen=True)) as box:
        yield box


@pytest.fixture
def box(name: str) -> Iterator[Sandbox]:
    with town(name) as served:
        yield served


@pytest.fixture
def here(box: Sandbox, tmp_path: Path) -> Installation:
    """Return an installation on DuckDB."""
    return Installation(tmp_path, open_warehouse(f"duckdb:///{tmp_path / 'warehouse'}"), box)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Open a story of one source, in a very small world whose clock stands."""
    with ExitStack() as stack:

        def start(name: str, keep: Callable[[Path], Keeper], *, tight: bool = False) -> Story:
            world, known = make("seeded", people=CAST), facts.of(name)
            small = (known.tight if tight else None) or facts.Tight()
            clock = Clock(world.start, frozen=True, still=tight)
            twin = discover()[name](clock, **{**known.twin, **small.twin})
            box = stack.enter_context(serve([twin], world, clock=clock))
            return Story(name, box, tmp_path, keep, settings={**known.settings, **small.settings})

        yield start
