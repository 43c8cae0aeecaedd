"""What a look may see besides the ledger: the machine, Prefect's timetable, who is told what."""

from __future__ import annotations

import logging
import os

from core.errors import DaybreakError
from core.settings import WatchSettings, load
from flows.house import House
from flows.timetable import held
from monitoring.links import Links
from monitoring.machine import Machine
from monitoring.routes import read_routes
from monitoring.timetable import Held
from monitoring.watch import Around

_LOG = logging.getLogger("prefect.flow_runs")


def look_around(house: House) -> Around:
    """Return what can be seen now.

    Raises:
        ConfigError: the routes file says something we do not know.
    """
    given = load(WatchSettings)
    ui = given.ui_url or os.environ.get("PREFECT_API_URL", "").rstrip("/").removesuffix("/api")
    return Around(
        machine=Machine.at(house.settings.home),
        held=_held(),
        routes=read_routes(given.routes),
        links=Links(ui, given.runbook_url),
        keys=given.keys_expire,
    )


def _held() -> dict[str, Held]:
    """Return Prefect's timetable; one that does not answer now is asked by the next look."""
    try:
        return held()
    except DaybreakError as error:
        _LOG.warning("%s", error)
        return {}
