"""One look at who failed and who is silent, with Prefect or where there is none.

Prefect is imported only to be asked: a look without it, every few minutes from cron, costs a third.
"""

from __future__ import annotations

from flows.attendance import attended
from flows.house import House, open_house
from flows.hung import end_hung
from flows.surroundings import Alone, look_around
from monitoring import watch as looking
from monitoring.channels import configured
from monitoring.watch import Report


def look_alone(sandbox: str | None = None, unanswered: str = "") -> Report:
    """Look where no Prefect is: all is told, and nothing is started again.

    Args:
        sandbox: The sandbox that every source points at, if there is one.
        unanswered: Where a Prefect should be that does not answer; empty where none is used.
    """
    house = open_house(sandbox)
    with attended("watch", None, house.clock):
        return look(house, Alone(unanswered))


def look(house: House, alone: Alone | None = None) -> Report:
    """Look once, and write down in the ledger that somebody looked."""
    with house.ledger.run("watch", None, house.clock) as run:
        end_hung(house.ledger, house.clock.now())
        around = look_around(house, alone)
        report = looking.watch(
            house.ledger, house.cadences(), configured(), house.clock.now(), around
        )
        seen = around.machine.facts if around.machine else {}
        run.details = {"open": len(report.alerts), "told": len(report.told), **seen}
    return report
