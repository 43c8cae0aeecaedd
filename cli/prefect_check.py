"""Does Prefect hold every schedule as schedules/ states it, and does anybody run them?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import schedules
from cli import prefect_home
from core.cadence import Cadence
from core.errors import BusyError, ConfigError

if TYPE_CHECKING:
    from monitoring.timetable import Held

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
    from flows.timetable import held

    found = held()
    wrong = [says for c in schedules.every() if (says := _wrong(c, found.get(c.name)))]
    if wrong:
        raise ConfigError("; ".join(wrong), next_step=DEPLOY_STEP)
    if not any(one.has_worker for one in found.values()):
        raise BusyError(
            f"no worker takes runs at {prefect_home.without_login(url)}",
            next_step="Start `daybreak up`, or `prefect worker start --pool daybreak`.",
        )
    return f"answers; all {len(schedules.every())} schedules are kept"


def _wrong(cadence: Cadence, held: Held | None) -> str:
    if held is None:
        return f"{cadence.name} is not deployed"
    if held.is_paused:
        return f"{cadence.name} is paused"
    return "" if cadence.cron in held.crons else f"{cadence.name} does not run at {cadence.cron}"
