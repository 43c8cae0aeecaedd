"""Does Prefect hold every schedule as schedules/ states it, and does anybody run them?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import schedules
from cli import prefect_home
from core.cadence import Cadence
from core.errors import BusyError, ConfigError

if TYPE_CHECKING:
    from prefect.client.schemas.responses import DeploymentResponse

DEPLOY_STEP = "`daybreak up` deploys them; with a Prefect of your own: `prefect deploy --all`."


def look(url: str) -> str:
    """Compare the deployments at the Prefect API ``url`` with schedules/.

    Raises:
        BusyError: Prefect does not answer, or no worker takes runs.
        ConfigError: a deployment is missing, paused, or keeps another hour.
    """
    prefect_home.quiet()
    prefect_home.demand_answer(url)
    os.environ["PREFECT_API_URL"] = url
    held = _deployments()
    wrong = [says for c in schedules.every() if (says := _wrong(c, held.get(c.name)))]
    if wrong:
        raise ConfigError("; ".join(wrong), next_step=DEPLOY_STEP)
    if not any(_is_ready(deployment) for deployment in held.values()):
        raise BusyError(
            f"no worker takes runs at {prefect_home.without_login(url)}",
            next_step="Start `daybreak up`, or `prefect worker start --pool daybreak`.",
        )
    return f"answers; all {len(schedules.every())} schedules are kept"


def _deployments() -> dict[str, DeploymentResponse]:
    """Return what Prefect holds, by name."""
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
    from prefect.exceptions import PrefectHTTPStatusError

    names = DeploymentFilter(
        name=DeploymentFilterName(any_=[cadence.name for cadence in schedules.every()])
    )
    try:
        with get_client(sync_client=True) as client:
            found = client.read_deployments(deployment_filter=names)
    except (RuntimeError, httpx.HTTPError, PrefectHTTPStatusError) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0]
        raise BusyError(f"Prefect does not answer as it should: {words}") from error
    return {deployment.name: deployment for deployment in found}


def _wrong(cadence: Cadence, held: DeploymentResponse | None) -> str:
    if held is None:
        return f"{cadence.name} is not deployed"
    if held.paused or not any(schedule.active for schedule in held.schedules):
        return f"{cadence.name} is paused"
    crons = {getattr(s.schedule, "cron", "") for s in held.schedules if s.active}
    return "" if cadence.cron in crons else f"{cadence.name} does not run at {cadence.cron}"


def _is_ready(deployment: DeploymentResponse) -> bool:
    return str(getattr(deployment.status, "value", deployment.status)) == "READY"
