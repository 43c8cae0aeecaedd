"""Runs that were cut off with the server or the worker: Prefect calls them running for ever.

A crashed process alone needs none of this: the worker tells Prefect, and where the worker died
too, Prefect takes the schedule's slot back 5 minutes after the run last renewed its lease.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed

SAYS = "It was stopped in the middle. Nothing is lost; the next run goes on from what was kept."
GOING = FlowRunFilterState(
    type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
)


def call_crashed() -> int:
    """Call crashed what a schedule began and nobody runs any more; return how many there were.

    Only for a server of our own whose worker has not started yet: nobody else runs schedules.
    A schedule whose last run was cut off is free again.
    """
    with get_client(sync_client=True) as client:
        return _crash(client, FlowRunFilterDeploymentId(is_null_=False))


def free(deployment: UUID, until: datetime) -> int:
    """Give back the slot that a dead run of one schedule holds; return how many were freed.

    Args:
        deployment: The schedule's.
        until: When the ledger began the run that is dead; a newer one may live.
    """
    with get_client(sync_client=True) as client:
        return _crash(client, FlowRunFilterDeploymentId(any_=[deployment]), until)


def _crash(
    client: SyncPrefectClient, mine: FlowRunFilterDeploymentId, until: datetime | None = None
) -> int:
    left = _unfinished(client, mine, until)
    for run in left:
        client.set_flow_run_state(run.id, Crashed(message=SAYS), force=True)
    return len(left)


def _unfinished(
    client: SyncPrefectClient, mine: FlowRunFilterDeploymentId, until: datetime | None
) -> list[FlowRun]:
    """Return scheduled runs that never ended, and what they had begun, the innermost last."""
    found = client.read_flow_runs(flow_run_filter=FlowRunFilter(state=GOING, deployment_id=mine))
    scheduled = [
        run for run in found if until is None or (run.expected_start_time or until) <= until
    ]
    if not scheduled:
        return []
    parents = FlowRunFilterParentFlowRunId(any_=[run.id for run in scheduled])
    begun = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=GOING, parent_flow_run_id=parents)
    )
    return [*scheduled, *begun]
