"""Prefect looks when a night or a pull does not come."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import EventTrigger, Posture

import schedules
from cli import automations
from core.cadence import Cadence
from core.errors import ConfigError

NUMBERS: dict[str, UUID] = {cadence.name: uuid4() for cadence in schedules.every()}


@pytest.mark.parametrize("cadence", schedules.every(), ids=lambda c: c.name)
def test_every_cadence_has_one_that_waits_as_long_as_its_promise(cadence: Cadence) -> None:
    made = automations.automation(cadence, NUMBERS)

    assert isinstance(made.trigger, EventTrigger)
    assert made.trigger.posture is Posture.Proactive
    assert made.trigger.within == cadence.stale_after
    assert made.trigger.after
    [action] = made.actions
    assert isinstance(action, RunDeployment)
    assert action.deployment_id == NUMBERS["watch"]


@pytest.mark.usefixtures("prefect")
def test_a_real_server_takes_them_once_however_often_they_are_made() -> None:
    from prefect import flow  # noqa: PLC0415 - after the server's environment is set

    with get_client(sync_client=True) as client:
        with pytest.raises(ConfigError, match="not deployed"):
            automations.make()

        @flow
        def stand_in(source: str = "") -> None:
            """Stand in for a flow."""

        number = client.create_flow(stand_in)
        made = {name: client.create_deployment(number, name) for name in ("watch", "night")}
        assert automations.make() == 2
        assert automations.make() == 2
        found = [one for one in client.read_automations() if one.name.startswith("daybreak: ")]
        for one in found:
            client.delete_automation(one.id)
        for deployment in made.values():
            client.delete_deployment(deployment)

    assert sorted(one.name for one in found) == [
        "daybreak: night does not come",
        "daybreak: watch does not come",
    ]
