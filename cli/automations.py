"""Prefect starts a look when a night or a pull does not come.

One automation a cadence. Its trigger waits, after a run has ended, for the next one to begin; if
none does within the cadence's promise, the watch is run, which knows the rest. With ``after`` it
fires once and not for ever; of a source that never ran it knows nothing, and there the watch's own
schedule tells.

Docs: https://docs.prefect.io/v3/concepts/event-triggers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import schedules
from core.cadence import Cadence
from core.errors import BusyError, ConfigError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import AutomationCore

_ENDED = ("Completed", "Failed", "Crashed")


def make() -> int:
    """Create or renew them at the Prefect that is set; return how many there are.

    Raises:
        BusyError: Prefect does not answer as it should.
        ConfigError: the schedules are not deployed there.
    """
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        with get_client(sync_client=True) as client:
            numbers = _deployments(client)
            wanted = [automation(c, numbers) for c in schedules.every() if c.name in numbers]
            for one in wanted:
                _put(client, one)
            return len(wanted)
    except (RuntimeError, httpx.HTTPError, PrefectHTTPStatusError) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0]
        raise BusyError(f"Prefect does not answer as it should: {words}") from error


def automation(cadence: Cadence, deployments: Mapping[str, UUID]) -> AutomationCore:
    """Return the automation that misses ``cadence``.

    Args:
        cadence: What must come.
        deployments: Cadence name -> the number of its deployment; that of the watch is run.
    """
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    deployment = {
        "prefect.resource.role": "deployment",
        "prefect.resource.id": f"prefect.deployment.{deployments[cadence.name]}",
    }
    return AutomationCore(
        name=name_of(cadence),
        description=f"No run of {cadence.name} began within {cadence.stale_after}: look why.",
        trigger=EventTrigger(
            match_related=ResourceSpecification.model_validate(deployment),
            after={f"prefect.flow-run.{state}" for state in _ENDED},
            expect={"prefect.flow-run.Running"},
            for_each={"related:deployment:prefect.resource.id"},
            posture=Posture.Proactive,
            within=cadence.stale_after,
        ),
        actions=[RunDeployment(source="selected", deployment_id=deployments["watch"])],
    )


def name_of(cadence: Cadence) -> str:
    """Return the name by which its automation is found again."""
    return f"daybreak: {cadence.name} does not come"


def _put(client: SyncPrefectClient, wanted: AutomationCore) -> None:
    """Create an automation, or bring the one of its name up to date."""
    known = client.read_automations_by_name(wanted.name)
    if known:
        client.update_automation(known[0].id, wanted)
    else:
        client.create_automation(wanted)


def _deployments(client: SyncPrefectClient) -> dict[str, UUID]:
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName

    names = DeploymentFilter(
        name=DeploymentFilterName(any_=[cadence.name for cadence in schedules.every()])
    )
    found = {one.name: one.id for one in client.read_deployments(deployment_filter=names)}
    if "watch" not in found:
        raise ConfigError(
            "the schedules are not deployed at this Prefect",
            next_step="`daybreak up` deploys them; with a Prefect of your own: "
            "`prefect deploy --all`.",
        )
    return found
