"""A sandbox with the one vendor a story is about, in a small seeded world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.vendor import discover
from sandbox.world import make
from tests.installation import Installation

PEOPLE = 25


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
def everywhere(box: Sandbox, tmp_path: Path, warehouse: Warehouse) -> Installation:
    """Return an installation on each kind of warehouse."""
    return Installation(tmp_path, warehouse, box)
