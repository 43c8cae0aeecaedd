"""What every schedule, staging model and warehouse keeps, found by its file."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from prefect.server.schemas.schedules import CronSchedule

import schedules
import sources
from core.cadence import Cadence
from core.warehouse import Warehouse
from destinations import warehouses
from destinations.warehouses import MODULES, open_warehouse
from tests.town import SMALL
from transforms.model import folder

STAGING = {model.name: model for model in folder("staging")}
CADENCES = {cadence.name: cadence for cadence in schedules.every()}
FILES = sorted(module.name for module in iter_modules(schedules.__path__))


@pytest.mark.parametrize("file", FILES)
def test_a_schedule_is_named_after_its_file_and_says_why_then(file: str) -> None:
    module = import_module(f"schedules.{file}")
    cadence: Cadence = module.cadence
    assert file in {cadence.source, cadence.verb}
    assert cadence.name in {file, f"pull-{file}"}
    assert len((module.__doc__ or "").split()) > 8


@pytest.mark.parametrize("name", CADENCES)
def test_a_schedule_calls_a_flow_of_ours_and_waits_longer_than_its_own_rhythm(name: str) -> None:
    cadence = CADENCES[name]
    module, _, function = cadence.flow.rpartition(".")
    assert callable(getattr(import_module(module), function))
    assert cadence.source in {None, *sources.names()}
    CronSchedule(cron=cadence.cron, timezone="UTC")
    assert cadence.stale_after >= timedelta(minutes=5)


@pytest.mark.parametrize("name", STAGING)
def test_a_staging_model_reads_a_table_that_its_source_declares(name: str) -> None:
    (read,) = (item for item in STAGING[name].reads if item.relation.startswith("raw_"))
    source, _, table = read.relation.removeprefix("raw_").partition(".")
    assert name.startswith(f"{source}__")
    assert table in sources.load(source).tables


def test_every_warehouse_file_can_be_named_by_a_url() -> None:
    files = {m.name for m in iter_modules(warehouses.__path__) if not m.name.startswith("_")}
    assert files == set(MODULES.values())


def test_a_warehouse_that_is_only_named_is_not_touched(tmp_path: Path) -> None:
    folder_named = tmp_path / "warehouse"
    open_warehouse(f"duckdb:///{folder_named}")
    open_warehouse("postgresql://daybreak:pw@127.0.0.1:1/nowhere")
    assert not folder_named.exists()


def test_a_warehouse_nothing_was_pulled_into_holds_nothing(warehouse: Warehouse) -> None:
    for name in SMALL:
        tables = sources.load(name).tables
        known = warehouse.known(name, tables)
        for table in tables:
            assert (known.count(table), known.newest(table)) == (0, 0)
            assert list(known.keys(table)) == []
    with warehouse.session(sources.names()) as session:
        assert session.columns("customers") == []
