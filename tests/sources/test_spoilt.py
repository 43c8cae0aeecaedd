"""Systems without an API have no HTTP to fail: what they do badly is told, and heals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import sources
from core.settings import load
from sandbox.clock import Clock
from sandbox.exporting import Exporting
from sandbox.serve import Sandbox, serve
from sandbox.vendor import discover
from sandbox.world import make
from tests.installation import spelt
from tests.sources.shaped import ShapedShelf

HOWS = [
    ("files", "half"),
    ("files", "young"),
    ("files", "keyless"),
    ("files", "types"),
    ("files", "reordered"),
    ("database", "keyless"),
    ("database", "types"),
    ("database", "reordered"),
    ("database", "empty"),
    ("events", "half"),
    ("events", "types"),
    ("events", "rotated"),
    ("events", "rewritten"),
]
TOLD = {"half", "young", "empty"}


@contextmanager
def town(name: str) -> Iterator[Sandbox]:
    world = make("seeded", people=25)
    vendor = discover()[name]
    with serve([vendor], world, clock=Clock(world.start, frozen=True)) as box:
        yield box


def pulled(shelf: ShapedShelf, box: Sandbox, name: str) -> int:
    """Pull once; return how many records were set aside."""
    connector = sources.load(name)
    log = shelf.pull(connector, load(connector.settings, box.environment), box.clock)
    return sum(one.quarantined for one in log.values())


def untrue(shelf: ShapedShelf, box: Sandbox, name: str) -> list[str]:
    """Return the records that are held otherwise than they are."""
    wrong = []
    for table, rows in box.vendors[name].truth().items():
        held = shelf.tables.get(table, {})
        for one, row in rows.items():
            found = held.get(spelt(one))
            if (found is None and not row["deleted"]) or (
                found is not None and (found["deleted_at"] is not None) != row["deleted"]
            ):
                wrong.append(f"{table} {one}")
    return wrong


@pytest.mark.parametrize(("name", "how"), HOWS)
def test_what_is_written_badly_is_told_and_healed_once_it_is_mended(
    name: str, how: str, shelf: ShapedShelf
) -> None:
    with town(name) as box:
        vendor = box.vendors[name]
        assert isinstance(vendor, Exporting)
        pulled(shelf, box, name)
        assert (shelf.failures, untrue(shelf, box, name)) == ({}, [])
        vendor.spoil(how)
        box.evolve(nights=1)
        box.evolve(nights=1)
        if how == "young":
            vendor.spoil(how)
        aside = pulled(shelf, box, name)
        # A row that lost its key is set aside; that somebody is missed may be told of besides.
        assert bool(shelf.failures) is (how in TOLD) or aside
        assert bool(aside) is (how == "keyless")
        vendor.mend()
        pulled(shelf, box, name)
        assert (shelf.failures, untrue(shelf, box, name)) == ({}, [])


@pytest.mark.parametrize("name", ["files", "database", "events"])
def test_five_nights_in_a_row_come_out_whole(name: str, shelf: ShapedShelf) -> None:
    with town(name) as box:
        for _ in range(5):
            pulled(shelf, box, name)
            assert (shelf.failures, untrue(shelf, box, name)) == ({}, [])
            assert pulled(shelf, box, name) == shelf.changed == 0
            box.evolve(nights=1)
