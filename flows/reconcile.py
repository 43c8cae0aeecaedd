"""raw -> customer 360, by what changed since last time."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

import sources
from flows import progress
from flows.artifacts import show_reconciled
from flows.house import House, open_house
from flows.slots import alone
from flows.work import rebuild
from transforms.runner import Reconciled


@flow(name="reconcile", flow_run_name="reconcile")
def reconcile(
    sandbox: str | None = None,
    full: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
    retrain: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
    night: int | None = None,
) -> Reconciled:
    """Bring the customer 360 up to date with what was pulled.

    ``full`` decides everything anew: the same code, with everything called changed. Customer ids
    stay. ``retrain`` learns anew what evidence of one person is worth, and decides everything by
    that. Everything happens in one transaction, so a killed reconcile leaves last night's 360.
    """
    return build(open_house(sandbox), full, retrain, night)


@task(task_run_name="build", cache_policy=NO_CACHE, persist_result=False)
def build(house: House, full: bool, retrain: bool, night: int | None) -> Reconciled:  # noqa: FBT001 - the flow's own
    """Reconcile once, write it down in the ledger, and show it in the Prefect UI."""
    with alone(house.settings.home, [*sources.names(), "daybreak"]):
        done = rebuild(house, full=full, retrain=retrain, night=night, observe=_observe)
    show_reconciled(done)
    return done


def _observe(line: str) -> None:
    get_run_logger().info(line)
    progress.tell("reconcile", line, 0)
