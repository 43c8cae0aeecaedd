"""What a look may see besides the ledger: the machine, Prefect's timetable, who is told what."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from core.errors import DaybreakError
from core.settings import WatchSettings, load
from flows.house import House
from monitoring.links import Links
from monitoring.machine import Machine
from monitoring.routes import read_routes
from monitoring.timetable import Held
from monitoring.watch import Around

_LOG = logging.getLogger("prefect.flow_runs")


@dataclass(frozen=True, slots=True)
class Alone:
    """A look without a Prefect.

    Attributes:
        unanswered: Where one should be that does not answer; empty where none is used.
    """

    unanswered: str = ""


def look_around(house: House, alone: Alone | None = None) -> Around:
    """Return what can be seen now.

    Args:
        house: Where.
        alone: How it comes that Prefect is not asked; None asks it.

    Raises:
        ConfigError: the routes file says something we do not know.
    """
    given = load(WatchSettings)
    ui = given.ui_url or os.environ.get("PREFECT_API_URL", "").rstrip("/").removesuffix("/api")
    return Around(
        machine=Machine.at(house.settings.home),
        held=_held(alone),
        unanswered=alone.unanswered if alone else "",
        routes=read_routes(given.routes),
        links=Links(ui, given.runbook_url),
        keys=given.keys_expire,
    )


def _held(alone: Alone | None) -> dict[str, Held] | None:
    """Return Prefect's timetable; one that does not answer now is asked by the next look."""
    if alone:
        return None if alone.unanswered else {}
    from flows.timetable import held  # noqa: PLC0415 - Prefect costs seconds; alone, nobody asks it

    try:
        return held()
    except DaybreakError as error:
        _LOG.warning("%s", error)
        return None
