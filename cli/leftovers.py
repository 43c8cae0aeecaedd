"""Runs that were cut off with the server or the worker: Prefect calls them running for ever.

A crashed process alone needs none of this: the worker tells Prefect, and where the worker died
too, Prefect takes the schedule's slot back 5 minutes after the run last renewed its lease.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

SAYS = "It was stopped in the middle. Nothing is lost; the next run goes on from what was kept."


def call_crashed() -> int:
    """Call crashed what a schedule began and nobody runs any more; return how many there were.

    Only for a server of our own whose worker has not started yet: nobody else runs schedules.
    A schedule whose last run was cut off is free again.
    """
    from prefect.client.orchestration import get_client
    from prefect.states import Crashed

    with get_client(sync_client=True) as client:
        left = _unfinished(client)
        for run in left:
            client.set_flow_run_state(run.id, Crashed(message=SAYS), force=True)
    return len(left)


def _unfinished(client: SyncPrefectClient) -> list[FlowRun]:
    """Return scheduled runs that never ended, and what they had begun, the innermost last."""
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterParentFlowRunId,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    going = FlowRunFilterState(
        type=FlowRunFilterStateType(
            any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
        )
    )
    scheduled = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=going, deployment_id=FlowRunFilterDeploymentId(is_null_=False)
        )
    )
    if not scheduled:
        return []
    parents = FlowRunFilterParentFlowRunId(any_=[run.id for run in scheduled])
    begun = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=going, parent_flow_run_id=parents)
    )
    return [*scheduled, *begun]
