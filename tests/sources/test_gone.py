"""A field that a vendor stops sending is told as gone, from the pull on that finds it gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.warehouse import Warehouse
from flows.work import _changes
from sandbox.clock import Clock
from sandbox.serve import serve
from sandbox.world import make
from tests.conftest import MOSTLY_DUCKDB, empty_warehouse
from tests.installation import Installation
from tests.town import vendors

PEOPLE = 120
FAULT = {"do": "drop_field", "vendor": "hubspot", "table": "contacts", "row": -1, "times": 0}


@pytest.fixture(params=MOSTLY_DUCKDB)
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty warehouse."""
    return empty_warehouse(request, tmp_path)


def gone(here: Installation) -> list[tuple[str, str]]:
    tables = here.pulled.tables.items()
    changes = [change for name, log in tables for change in _changes("hubspot", name, log)]
    return [(c.table, c.column) for c in changes if c.change == "column_gone"]


def test_a_property_that_is_archived_at_the_vendor_is_gone(
    tmp_path: Path, warehouse: Warehouse
) -> None:
    world = make("seeded", people=PEOPLE)
    with serve(vendors(("hubspot",)), world, clock=Clock(world.start, frozen=True)) as box:
        here = Installation(tmp_path, warehouse, box)
        here.pull("hubspot", full=True)
        box.evolve(1)
        here.pull("hubspot")
        assert gone(here) == []

        fault = box.faults.add({**FAULT, "field": "properties.company"})
        here.pull("hubspot", full=True)
        assert gone(here) == [("contacts", "properties__company")]

        box.faults.clear(fault.id)
        here.pull("hubspot", full=True)
        assert gone(here) == []
