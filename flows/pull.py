"""vendor -> raw. One flow for every source; the vendor is a parameter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

# Imported before any thread starts: dlt imports both lazily, and threads that do so at once
# now and then find one half imported.
import duckdb  # noqa: F401
import pyarrow as pa  # noqa: F401
from prefect import State, Task, flow
from prefect.client.schemas.objects import TaskRun

from core.errors import IncompleteError, VendorBusyError
from flows.house import open_house

RETRIES = 2
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
    """Bring one vendor's records up to date in ``raw_<source>``; return changed rows per table.

    Safe to repeat, and safe to kill: rows are merged on their key, and the cursor moves only
    with the rows it speaks of. ``since``/``until`` read a window again and leave the cursor alone.
    """
    house = open_house(sandbox)
    waits = RETRY_DELAYS_SECONDS if house.simulation is None else 0
    patient = load.with_options(retry_delay_seconds=waits)
    pulled = patient(house, source, Window(since, until, full), night)
    return {table: log.changed for table, log in pulled.tables.items()}
