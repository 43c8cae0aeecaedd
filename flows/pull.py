"""vendor -> raw. One flow for every source; the vendor is a parameter."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

# Imported before any thread starts: dlt imports both lazily, and threads that do so at once
# now and then find one half imported.
import duckdb  # noqa: F401
import pyarrow as pa  # noqa: F401
from prefect import State, Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.context import TagsContext
from prefect.runtime import flow_run

from core.errors import IncompleteError, VendorBusyError
from core.pipeline import Pulled
from flows import progress
from flows.artifacts import show_pull
from flows.house import House, open_house
from flows.slots import alone
from flows.work import Span, bring

RETRY_DELAYS_SECONDS = [30.0, 300.0]
ROWS_BETWEEN_LINES = 25_000


def may_pass_later(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry only what asking again can cure: a vendor that was busy, in whole or in part."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, IncompleteError):
        return any(isinstance(cause, VendorBusyError) for cause in error.causes.values())
    return isinstance(error, VendorBusyError)


@flow(name="pull", flow_run_name="pull-{source}")
def pull(
    source: str,
    sandbox: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    full: bool = False,  # noqa: FBT001, FBT002 - a tick box in the Prefect UI
    night: int | None = None,
) -> dict[str, int]:
    """Bring one vendor's records up to date in ``raw_<source>``; return rows arrived per table.

    Safe to repeat, and safe to kill: rows are merged on their key, and the cursor moves only
    with the rows it speaks of. ``since``/``until`` read a window again and leave the cursor alone.
    """
    house = open_house(sandbox)
    delays = RETRY_DELAYS_SECONDS if house.simulation is None else [0.0]
    patient = load.with_options(retries=len(delays), retry_delay_seconds=delays)
    # The tags are the flow's alone: for every tag of a task Prefect asks its server for a slot.
    with TagsContext(current_tags=set()):
        pulled = patient(house, source, Span(_utc(since), _utc(until), full), night)
    return {table: log.new + log.changed + log.deleted for table, log in pulled.tables.items()}


@task(
    task_run_name="load-{source}",
    retry_condition_fn=may_pass_later,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def load(house: House, source: str, span: Span, night: int | None) -> Pulled:
    """Pull ``source`` once, write it down in the ledger, and show it in the Prefect UI."""
    say = progress.every(ROWS_BETWEEN_LINES, get_run_logger().info)
    with alone(house.settings.home, [source]):
        return bring(
            house,
            source,
            span,
            night=night,
            prefect_run_id=str(flow_run.get_id() or "") or None,
            observe=partial(_observe, source, say),
            show=show_pull,
        )


def _observe(source: str, say: progress.Observer, table: str, rows: int) -> None:
    say(table, rows)
    progress.tell(source, table, rows)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
