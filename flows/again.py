"""What was killed, or hangs, is started again: once, by the scheduler that started it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound

from core.cadence import Cadence
from core.ledger import Ledger, Run, RunState
from flows import leftovers

RECENT = timedelta(hours=6)
"""What was lost longer ago is left to its next hour."""


def begin_again(ledger: Ledger, cadences: Iterable[Cadence], now: datetime) -> list[str]:
    """Start again what was lost, and return the names of its cadences.

    A run that was lost when it had just been started again is left to a person: the third would
    be lost as well. The successor of one that hangs and could not be ended waits for its source's
    lock. Asked twice, nothing is started twice; without a scheduler, nothing is.

    Args:
        ledger: Where the runs are; those that nobody heard of are declared lost before.
        cadences: What may be started.
        now: The moment to judge by.
    """
    lost = [(c, run) for c in cadences if (run := _lost(ledger, c, now))]
    nights = [(c, run) for c, run in lost if c.verb == "night"]
    # A night pulls everything: what it took along comes back with it.
    return [cadence.name for cadence, run in nights or lost if _started(cadence, run)]


def _lost(ledger: Ledger, cadence: Cadence, now: datetime) -> Run | None:
    if cadence.verb not in {"pull", "night"}:
        return None
    runs = ledger.runs_of(cadence.verb, now - RECENT, cadence.source)
    states = [run.state for run in runs[-2:]]
    is_lost = states[-1:] == [RunState.CRASHED] and states != [RunState.CRASHED] * 2
    return runs[-1] if is_lost else None


def _started(cadence: Cadence, run: Run) -> bool:
    name, key = f"{cadence.verb}/{cadence.name}", f"again-{run.id}"
    try:
        with get_client(sync_client=True) as client:
            deployment = client.read_deployment_by_name(name)
            known = client.read_flow_runs(flow_run_filter=_of_key(key))
        if not known:
            # Prefect would cancel the successor of one that still holds the schedule's slot.
            leftovers.free(deployment.id, run.started_at)
            run_deployment(name, timeout=0, as_subflow=False, idempotency_key=key)
    except (ObjectNotFound, RuntimeError, httpx.HTTPError):
        return False
    return True


def _of_key(key: str) -> FlowRunFilter:
    return FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=[key]))
