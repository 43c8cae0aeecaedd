"""daybreak doctor: is everything set up, and does every vendor answer?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli import options, prefect_check, prefect_home
from cli.exits import FAILED, GOOD
from core.errors import DaybreakError

if TYPE_CHECKING:
    from flows.house import House


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        ok: None when there was nothing to look at.
    """

    name: str
    ok: bool | None
    says: str
    next_step: str = ""


def command(
    sandbox: options.Sandbox = None,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send every channel a test message.")
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Check versions, disk, clock, ledger, warehouse, schedules, channels, and call each vendor.

    Every vendor that is set up is asked for one page. What is wrong is listed at the end in the
    order in which to put it right.

    Example: daybreak doctor --send-test
    """
    checks = list(_checks(sandbox, send_test=send_test))
    if as_json:
        typer.echo(orjson.dumps([_facts(c) for c in checks], option=orjson.OPT_INDENT_2))
    else:
        _show(checks)
    return FAILED if any(c.ok is False for c in checks) else GOOD


def _checks(sandbox: str | None, *, send_test: bool) -> Iterator[Check]:
    """Look at what others stand on first: whoever mends from the top mends once."""
    import sources
    from cli import machine_check
    from flows.house import open_house

    yield _try("versions", machine_check.versions)
    house = open_house(sandbox)
    yield _try("disk", lambda: machine_check.disk(house.settings.home))
    yield _try("ledger", lambda: _ledger(house))
    yield _try("warehouse", lambda: _warehouse(house))
    yield _try("clock", lambda: machine_check.clock(house))
    yield _prefect()
    yield from _channels(house, send_test=send_test)
    in_use = house.in_use()
    for name in sources.names():
        if name in in_use:
            yield _try(name, lambda name=name: _vendor(house, name))  # type: ignore[misc] # mypy cannot infer a default's type
        else:
            prefix = sources.load(name).settings.model_config["env_prefix"]
            yield Check(name, None, f"not set up (no {prefix}... variable is set)")


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, says=look())
    except DaybreakError as error:
        return Check(name, ok=False, says=str(error), next_step=error.next_step)


def _prefect() -> Check:
    """Look at the Prefect that is set or that `daybreak up` runs; without one, at nothing."""
    url = prefect_home.api_url()
    if not url:
        return Check("prefect", None, "no server runs, so nothing is scheduled: `daybreak up`")
    return _try("prefect", lambda: prefect_check.look(url))


def _channels(house: House, *, send_test: bool) -> Iterator[Check]:
    """Look who would be told; a house nobody is told of is no fault, and worth a word."""
    from cli import channel_check

    try:
        channels = channel_check.channels()
    except DaybreakError as error:
        is_wrong = str(error) != channel_check.NOBODY
        yield Check("channels", False if is_wrong else None, str(error), error.next_step)
        return
    yield _try("routes", lambda: channel_check.routes(channels))
    for channel in channels:
        if send_test:
            now = house.clock.now()
            yield _try(channel.name, lambda one=channel, now=now: channel_check.test(one, now))  # type: ignore[misc] # mypy cannot infer a default's type
        else:
            yield Check(channel.name, ok=True, says="is set up; --send-test tries it")


def _ledger(house: House) -> str:
    run = house.ledger.last_run(None, "night")
    return f"last night began {run.started_at:%Y-%m-%d %H:%M} UTC" if run else "no night yet"


def _warehouse(house: House) -> str:
    with house.warehouse.session([], read_only=False):
        return house.warehouse.label


def _vendor(house: House, name: str) -> str:
    """Ask the vendor for the first page of its first table; nothing is kept."""
    import sources
    from core.pull import Pull

    connector = sources.load(name)
    pull = Pull(home=house.settings.home, clock=house.vendor_clock())
    first = connector.build(house.settings_of(connector), pull)[0]
    page = next(iter(islice(first.pages(), 1)), [])
    size = len(page) if isinstance(page, list) else len(page.page) if hasattr(page, "page") else 0
    return f"answers; {size} {first.table} on the first page"


def _facts(check: Check) -> dict[str, object]:
    return {
        "check": check.name,
        "ok": check.ok,
        "says": check.says,
        "next_step": check.next_step,
    }


def _show(checks: list[Check]) -> None:
    console = Console(highlight=False)
    table = Table("", "check", "", box=None, pad_edge=False, show_header=False)
    marks = {True: "[green]ok[/]", False: "[red]no[/]", None: "[dim]--[/]"}
    for check in checks:
        says = f"{check.says}\n{check.next_step}".strip().replace("[", r"\[")
        table.add_row(marks[check.ok], check.name, says)
    console.print(table)
    wrong = [check for check in checks if check.ok is False]
    if wrong:
        console.print("\nTo be put right, in this order:")
    for number, check in enumerate(wrong, start=1):
        step = check.next_step or check.says
        console.print(f"{number}. {check.name}: {step}", markup=False)
