"""A whole night: every source side by side, then one customer 360, then who must know."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import flow, tags, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

import schedules
from core.errors import ConfigError, DaybreakError, IncompleteError
from flows.artifacts import show_night
from flows.house import House, open_house
from flows.pull import pull
from flows.reconcile import reconcile
from flows.watch import watch
from flows.work import prepare

SIDE_BY_SIDE = 4
THREADS: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=SIDE_BY_SIDE)


@flow(
    name="night",
    flow_run_name=lambda: f"night-{datetime.now(UTC):%Y-%m-%d}",
    task_runner=THREADS,
)
def night(sandbox: str | None = None) -> None:
    """Pull every source that is set up, reconcile what arrived, watch, and write the brief.

    One source failing stops no other. The night itself then ends as failed, with the names of
    those that are missing, after the brief has been written.

    Raises:
        ConfigError: no source is set up.
        IncompleteError: something failed; what arrived is reconciled all the same.
    """
    house = open_house(sandbox)
    names = house.in_use()
    if not names:
        raise ConfigError(
            "no source is set up",
            next_step="Set one source's variables in .env (see .env.example), or pass --sandbox.",
        )
    try:
        with house.ledger.run("night", None, house.clock) as log:
            failures = pull_all(house, names, log.id) | _reconcile(house, log.id)
            if failures:
                raise IncompleteError("night", failures)
    finally:
        _show(house)
        watch(sandbox=sandbox, brief=True)


def _show(house: House) -> None:
    record = house.ledger.night()
    if record is not None:
        show_night(record)


def pull_all(house: House, names: list[str], run: int) -> dict[str, DaybreakError]:
    """Pull ``names`` side by side; return what failed, by source."""
    prepare(names)
    url = house.simulation.url if house.simulation else None
    started: dict[str, PrefectFuture[None]] = {
        name: pull_one.with_options(task_run_name=f"pull-{name}").submit(name, url, run)
        for name in names
    }
    wait(list(started.values()))
    failures: dict[str, DaybreakError] = {}
    for name, future in started.items():
        error = future.state.result(raise_on_failure=False)
        if isinstance(error, DaybreakError):
            failures[name] = error
        elif isinstance(error, BaseException):
            failures[name] = DaybreakError(f"{name}: unexpected {type(error).__name__}")
    return failures


@task(cache_policy=NO_CACHE, persist_result=False)
def pull_one(source: str, sandbox: str | None, run: int) -> None:
    """Run the pull of one source as part of this night."""
    with tags(*schedules.tags_of(source)):
        pull(source=source, sandbox=sandbox, night=run)


def _reconcile(house: House, run: int) -> dict[str, DaybreakError]:
    try:
        reconcile(sandbox=house.simulation.url if house.simulation else None, night=run)
    except DaybreakError as error:
        return {"reconcile": error}
    except Exception as error:  # noqa: BLE001 - a fault of ours must not keep the brief from being written
        return {"reconcile": DaybreakError(f"reconcile: unexpected {type(error).__name__}")}
    return {}
