"""What every source keeps. A new file in ``sources/`` is under test the moment it exists."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import schedules
import sources
from core.pull import Pull
from core.settings import load
from sandbox.serve import Sandbox
from sandbox.vendor import discover
from tests.contracts.hazards.shapes import PLAIN, TURNS
from tests.contracts.landing import lands_once
from tests.installation import Installation, arrived
from tests.patience import Patience
from transforms.model import folder

pytestmark = pytest.mark.parametrize("name", sources.names())
FOR_EVER = 0


def test_it_is_called_like_its_file_and_says_where_it_reads_and_what_it_fills(name: str) -> None:
    text = import_module(f"sources.{name}").__doc__ or ""
    assert sources.load(name).name == name
    assert re.search(r"Docs\s+https://\S+", text)
    unnamed = [table for table in sources.load(name).tables if table not in text]
    assert unnamed == []


def test_describing_a_pull_asks_nothing(name: str, box: Sandbox, tmp_path: Path) -> None:
    connector = sources.load(name)
    pull = Pull(home=tmp_path, clock=Patience(box.clock))
    streams = connector.build(load(connector.settings, box.environment), pull)
    assert {stream.table for stream in streams} <= set(connector.tables)
    assert box.journal.read() == []


def test_it_has_a_twin_a_schedule_and_a_way_into_the_360(name: str) -> None:
    assert name in discover()
    assert name in {cadence.source for cadence in schedules.every()}
    read = {item.relation for model in folder("staging") for item in model.reads}
    tables = {f"raw_{name}.{table}" for table in sources.load(name).tables}
    assert read & tables
    assert {one for one in read if one.startswith(f"raw_{name}.")} <= tables


def test_a_first_pull_brings_what_the_vendor_has_and_a_second_nothing(
    name: str, here: Installation
) -> None:
    lands_once(here, name)


@pytest.mark.proof
def test_the_360_stands_on_records_whose_fields_changed_type(name: str, here: Installation) -> None:
    for row, to in enumerate(TURNS):
        fault = {"do": "change_type", "field": PLAIN, "row": row, "to": to}
        here.box.faults.add({**fault, "times": FOR_EVER})
    here.pull(name)
    here.reconcile()
    here.box.faults.clear()
    here.pull(name, full=True)
    assert here.untrue(name) == {}
    here.pull(name, full=True)
    assert arrived(here.pulled) == {}
