"""A night as the flows make it, without a Prefect around it.

python -m tests.journeys.plain SANDBOX_URL      one night, where the DAYBREAK_* variables say
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from core.errors import DaybreakError, IncompleteError
from core.settings import DaybreakSettings
from core.simulation import Simulation
from flows.house import House, open_house
from flows.night import SIDE_BY_SIDE
from flows.work import Span, bring, prepare, rebuild
from monitoring.brief.markdown import write_brief
from monitoring.nights import assemble


@dataclass(frozen=True, slots=True)
class Told:
    """What a night says: who failed, by source, and the brief."""

    failures: dict[str, DaybreakError]
    brief: str


def house_at(home: Path, warehouse_url: str, sandbox_url: str) -> House:
    """Open an installation whose every source points at a sandbox, and whose hour is its hour."""
    settings = DaybreakSettings(home=home, warehouse=SecretStr(warehouse_url))
    simulation = Simulation.at(sandbox_url)
    return House(settings, simulation.clock(), simulation)


def night(house: House) -> Told:
    """Pull every source side by side, reconcile what arrived, and write the brief."""
    failures: dict[str, DaybreakError] = {}
    with suppress(IncompleteError), house.ledger.run("night", None, house.clock) as log:

        def pull(source: str) -> None:
            try:
                bring(house, source, Span(), night=log.id)
            except DaybreakError as error:
                failures[source] = error

        prepare(house.in_use())
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            list(pool.map(pull, house.in_use()))
        rebuild(house, night=log.id)
        if failures:
            raise IncompleteError("night", failures)
    found = assemble(house.ledger, house.cadences(), house.clock.now(), domains=house.domains())
    return Told(failures, write_brief(found) if found else "")


if __name__ == "__main__":
    sys.exit(bool(night(open_house(sys.argv[1])).failures))
