"""raw -> customer 360, by what changed since last time."""

from __future__ import annotations

from dataclasses import asdict

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

import sources
from core.errors import UnpublishedError
from flows import progress
from flows.artifacts import show_identities, show_reconciled
from flows.house import House, open_house
from flows.slots import alone
from flows.work import rebuild
from transforms.runner import Reconciled


@flow(name="reconcile", flow_run_name="reconcile")
def reconcile(
    sandbox: str | None = None,
    full: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
    retrain: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
    publish_anyway: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
    night: int | None = None,
) -> Reconciled:
    """Bring the customer 360 up to date with what was pulled.

    ``full`` decides everything anew: the same code, with everything called changed. Customer ids
    stay. ``retrain`` learns anew what evidence of one person is worth, and decides everything by
    that. ``publish_anyway`` publishes customers that are beyond their limits. Everything happens in
    one transaction, so a killed or a refused reconcile leaves last night's 360.
    """
    return build(open_house(sandbox), full, retrain, publish_anyway, night)


@task(task_run_name="build", cache_policy=NO_CACHE, persist_result=False)
def build(
    house: House,
    full: bool,  # noqa: FBT001 - the flow's own
    retrain: bool,  # noqa: FBT001 - the same
    anyway: bool,  # noqa: FBT001 - the same
    night: int | None,
) -> Reconciled:
    """Reconcile once, write it down in the ledger, and show it in the Prefect UI."""
    with alone(house.settings.home, [*sources.names(), "daybreak"]):
        try:
            done = rebuild(
                house, full=full, retrain=retrain, anyway=anyway, night=night, observe=_observe
            )
        except UnpublishedError as error:
            show_identities(error.facts)
            raise
    show_reconciled(done)
    if done.quality:
        show_identities(asdict(done.quality))
    return done


def _observe(line: str) -> None:
    get_run_logger().info(line)
    progress.tell("reconcile", line, 0)
