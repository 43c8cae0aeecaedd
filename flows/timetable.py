"""Every schedule as Prefect holds it."""

from __future__ import annotations

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import PrefectHTTPStatusError

import schedules
from core.errors import BusyError
from monitoring.timetable import Held


def held() -> dict[str, Held]:
    """Return cadence name -> how Prefect holds it; what is not deployed is absent.

    Raises:
        BusyError: Prefect does not answer as it should.
    """
    names = DeploymentFilter(
        name=DeploymentFilterName(any_=[cadence.name for cadence in schedules.every()])
    )
    try:
        with get_client(sync_client=True) as client:
            found = client.read_deployments(deployment_filter=names)
    except (RuntimeError, httpx.HTTPError, PrefectHTTPStatusError) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0]
        raise BusyError(f"Prefect does not answer as it should: {words}") from error
    return {deployment.name: _held(deployment) for deployment in found}


def _held(deployment: DeploymentResponse) -> Held:
    active = [schedule.schedule for schedule in deployment.schedules if schedule.active]
    status = str(getattr(deployment.status, "value", deployment.status))
    return Held(
        crons=frozenset(str(getattr(schedule, "cron", "")) for schedule in active),
        is_paused=bool(deployment.paused) or not active,
        has_worker=status == "READY",
    )
