"""prefect.yaml says exactly what schedules/ says."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule
from prefect.flows import load_flow_from_entrypoint

import schedules
from cli import deployments
from core.cadence import Cadence

ROOT = Path(__file__).parent.parent


def test_prefect_yaml_is_up_to_date() -> None:
    assert not deployments.drifted(ROOT / "prefect.yaml"), "run `daybreak deployments`"


def test_a_changed_schedule_is_noticed_and_written(tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    path.write_text(deployments.render().replace("0 2 * * *", "0 3 * * *"))

    assert deployments.drifted(path)
    assert deployments.write(path)
    assert not deployments.drifted(path)
    assert not deployments.write(path)


def test_names_are_unique() -> None:
    names = [cadence.name for cadence in schedules.every()]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("cadence", schedules.every(), ids=lambda c: c.name)
def test_every_cadence_is_a_schedule_prefect_can_keep(cadence: Cadence) -> None:
    CronSchedule(cron=cadence.cron, timezone="UTC")

    assert cadence.stale_after.total_seconds() > 0
    assert cadence.subject in cadence.name


@pytest.mark.parametrize("cadence", schedules.every(), ids=lambda c: c.name)
def test_every_cadence_names_a_real_flow_that_takes_its_parameters(cadence: Cadence) -> None:
    flow: Flow[..., object] = load_flow_from_entrypoint(cadence.flow)

    assert flow.name == cadence.verb
    assert flow.validate_parameters(dict(cadence.parameters)).items() >= cadence.parameters.items()


def test_no_two_cadences_but_the_watch_start_in_the_same_minute() -> None:
    minutes = [c.cron.split()[0] for c in schedules.every() if c.verb != "watch"]

    assert len(set(minutes)) == len(minutes)
