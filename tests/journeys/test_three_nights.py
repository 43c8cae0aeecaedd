"""Three nights in a world that goes on, one of them with a vendor that is down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import sources
from flows.house import House
from flows.work import rebuild
from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from tests.installation import Installation
from tests.journeys.plain import house_at, night
from tests.town import PAIR, SMALL, vendors
from tests.transforms.snapshot import differences, snapshot

PEOPLE = 20
DOWN = "shopify"
# Marts are compared on both every day, in tests/transforms/test_delta.py.
WAREHOUSES = ["duckdb", pytest.param("postgres", marks=pytest.mark.proof)]


TOWNS = [PAIR, *(pytest.param(town, marks=pytest.mark.proof) for town in (SMALL, ()))]


@pytest.fixture(params=TOWNS, ids=["pair", "small", "whole"])
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Serve two vendors; for the proof a small town, and everybody there is."""
    world = make("seeded", people=PEOPLE)
    town, clock = request.param or tuple(sources.names()), Clock(world.start, frozen=True)
    with serve(vendors(town), world, clock=clock) as served:
        yield served


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("warehouse_url", WAREHOUSES, indirect=True)
def test_after_each_night_the_house_holds_what_the_vendors_hold(
    box: Sandbox, warehouse_url: str, tmp_path: Path
) -> None:
    house = house_at(tmp_path, warehouse_url, box.url)
    here, names = Installation(tmp_path, house.warehouse, box), list(box.vendors)
    # What night after night leaves is compared with a rebuild in tests/transforms/test_delta.py.
    looks = _is_what_a_full_rebuild_would_be if len(names) > len(SMALL) else lambda _: None

    first = night(house)
    assert first.failures == {}
    assert "Everything arrived." in first.brief
    assert {name: here.untrue(name) for name in names} == _nothing(*names)
    looks(house)

    box.evolve(nights=1)
    box.faults.add({"do": "status", "status": 503, "vendor": DOWN, "times": 0})
    before = _held(here, DOWN)
    second = night(house)
    working = [name for name in names if name != DOWN]
    assert list(second.failures) == [DOWN]
    assert f"{len(working)} of {len(working) + 1} systems arrived; Shopify did not." in second.brief
    assert {name: here.untrue(name) for name in working} == _nothing(*working)
    assert _held(here, DOWN) == before
    looks(house)

    box.evolve(nights=1)
    box.faults.clear()
    third = night(house)
    assert third.failures == {}
    assert "Everything arrived." in third.brief
    assert {name: here.untrue(name) for name in names} == _nothing(*names)
    _is_what_a_full_rebuild_would_be(house)
    assert _deleted(here) > 0


def _is_what_a_full_rebuild_would_be(house: House) -> None:
    with house.warehouse.session(sources.names(), read_only=True) as session:
        incremental = snapshot(session)
    rebuild(house, full=True)
    with house.warehouse.session(sources.names(), read_only=True) as session:
        assert differences(incremental, snapshot(session)) == {}


def _nothing(*names: str) -> dict[str, dict[str, list[str]]]:
    return {name: {} for name in names}


def _held(here: Installation, source: str) -> dict[str, list[str]]:
    tables = sources.load(source).tables
    return {table: sorted(map(repr, here.rows(source, table))) for table in tables}


def _deleted(here: Installation) -> int:
    return sum(
        len(here.keys(name, table, deleted=True))
        for name in here.box.vendors
        for table in sources.load(name).tables
    )
