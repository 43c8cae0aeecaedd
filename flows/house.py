"""Everything a flow stands in: settings, ledger, warehouse, clock, and perhaps a sandbox."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dotenv import dotenv_values
from pydantic_settings import BaseSettings

import schedules
import sources
from core.cadence import Cadence
from core.clock import Clock, SystemClock
from core.connector import Connector
from core.errors import ConfigError
from core.ledger import Ledger
from core.settings import DaybreakSettings, load
from core.simulation import Simulation
from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from flows import discretion


@dataclass(frozen=True)
class House:
    """One installation of daybreak, opened.

    Attributes:
        settings: Where things are.
        clock: The hour runs are written down with; never the sandbox's.
        simulation: The sandbox every source points at, if there is one.
    """

    settings: DaybreakSettings
    clock: Clock
    simulation: Simulation | None

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, migrated to its newest form."""
        home = self.settings.home
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"DAYBREAK_HOME: {home} cannot be made: {error.strerror}",
                next_step="Name a folder that you may write to.",
            ) from None
        return Ledger.open(self.settings.ledger_url())

    @cached_property
    def warehouse(self) -> Warehouse:
        """Where rows land."""
        return open_warehouse(self.settings.warehouse_url())

    def vendor_clock(self) -> Clock:
        """Return the clock to wait by when talking to vendors."""
        return self.simulation.clock() if self.simulation else self.clock

    def settings_of(self, connector: Connector[Any]) -> BaseSettings:
        """Return the connector's settings: the sandbox's where one is pointed at, else ours.

        Raises:
            ConfigError: a variable is missing or malformed, or the sandbox lacks this vendor.
        """
        if self.simulation is None:
            ours: BaseSettings = load(connector.settings)
            return ours
        if connector.name not in self.simulation.environments:
            served = ", ".join(sorted(self.simulation.environments))
            raise ConfigError(f"the sandbox does not serve {connector.name}; it serves {served}")
        theirs: BaseSettings = load(
            connector.settings, self.simulation.environments[connector.name]
        )
        return theirs

    def cadences(self) -> list[Cadence]:
        """Return the cadences to judge by: those of sources that are set up, and of no source."""
        used = set(self.in_use())
        return [c for c in schedules.every() if c.source is None or c.source in used]

    def domains(self) -> dict[str, str]:
        """Return source -> whose business it is, of every source there is."""
        return {c.source: c.domain for c in schedules.every() if c.source}

    def in_use(self) -> list[str]:
        """Return the sources that are set up: all that the sandbox serves, or that have a setting.

        A source none of whose variables is set is simply not used here; one that has some but
        not all is in use and will say what is missing.
        """
        if self.simulation is not None:
            return [name for name in sources.names() if name in self.simulation.environments]
        given = {*os.environ, *dotenv_values(".env")}
        prefixes = {n: sources.load(n).settings.model_config["env_prefix"] for n in sources.names()}
        return [n for n, prefix in prefixes.items() if any(v.startswith(prefix) for v in given)]


def open_house(sandbox: str | None = None, clock: Clock | None = None) -> House:
    """Read the settings and reach for the sandbox, if one is named here or in DAYBREAK_SANDBOX."""
    discretion.keep()
    settings = load(DaybreakSettings)
    url = sandbox or settings.sandbox
    simulation = Simulation.at(url) if url else None
    return House(settings, clock or SystemClock(), simulation)
