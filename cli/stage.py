"""What a person sees while a flow runs, and what is said when it has ended.

Prefect is imported only where a flow runs: it costs a second, and most commands only look.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson
import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

import sources
from cli import prefect_home
from core.clock import SystemClock
from core.errors import BusyError, ConfigError, DaybreakError
from core.ledger import NightRecord, Run, RunState
from core.settings import DaybreakSettings, load
from flows import progress as news
from flows.house import House, open_house
from flows.paths import brief_path

EXIT = {RunState.SUCCEEDED: 0, RunState.PARTIAL: 3}
FAILED = 1
STARTING = (
    "no Prefect server runs; starting one for this command (10 to 20 s; `daybreak up` keeps one)"
)


def at_home() -> House:
    """Return the house without its sandbox: what is known here can be read when that is gone."""
    return House(load(DaybreakSettings), SystemClock(), None)


def demand(sandbox: str | None, source: str | None = None) -> None:
    """Refuse what can not run anyway, before the time it takes to start Prefect is spent.

    What a vendor's own settings lack is left to the flow: that is a failed pull, and the watch
    must hear of it.

    Raises:
        ConfigError: a URL is wrong, the sandbox does not answer, there is no such source.
        BusyError: the ledger is out of reach.
    """
    house = open_house(sandbox)
    _ = house.ledger, house.warehouse
    if source is not None:
        sources.load(source)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[None]:
    """Show a line a source, with the table being read and its rows so far, on standard error."""
    if "PREFECT_API_URL" not in os.environ:
        typer.echo(STARTING, err=True)
    console = Console(stderr=True, quiet=quiet)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        opening = bar.add_task("reaching Prefect ...")
        lines: dict[str, TaskID] = {}

        def show(source: str, table: str, rows: int) -> None:
            bar.update(opening, visible=False)
            if source not in lines:
                lines[source] = bar.add_task(source)
            text = f"{source:<12}{table:<24}{rows:>10,} rows" if rows else f"{source:<12}{table}"
            bar.update(lines[source], description=text)

        stop = news.listen(show)
        try:
            yield
        finally:
            stop()


def attempt(run: Callable[[], Any]) -> None:
    """Run a flow; what fails inside it is in the ledger and is told from there.

    Raises:
        ConfigError: nothing ran at all, because of a setting.
        BusyError: the warehouse, the ledger or Prefect is held or out of reach.
    """
    prefect_home.reach()
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        run()
    except (ConfigError, BusyError):
        raise
    # Vendors' answers never get here as they are: this is Prefect's server, gone on the way.
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        raise BusyError(
            f"Prefect stopped answering: {type(error).__name__}",
            next_step="Start it again; nothing is lost, and the next run goes on from there.",
        ) from error
    except DaybreakError:
        return


def tell_run(flow: str, source: str | None, *, as_json: bool) -> int:
    """Print how the newest run of ``flow`` ended; return the exit code that says so."""
    run = at_home().ledger.last_run(source, flow)
    if run is None:
        return FAILED
    if as_json:
        typer.echo(orjson.dumps(_facts(run), default=str, option=orjson.OPT_INDENT_2))
    else:
        _print(run)
    return EXIT.get(run.state, FAILED)


def tell_night(*, as_json: bool) -> int:
    """Print the brief of the newest night; return the exit code that says how it went."""
    ledger = at_home().ledger
    night = ledger.night()
    if night is None:
        return FAILED
    if as_json:
        document = {**_facts(night.run), "parts": [_facts(part) for part in night.parts]}
        typer.echo(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    else:
        show_brief(brief_text())
    return night_code(night)


def night_code(night: NightRecord) -> int:
    """Return 1 if something failed, 3 if something is incomplete, else 0."""
    last = {part.source or part.flow: part.state for part in night.parts}
    states = set(last.values()) | {night.run.state}
    if states & {RunState.FAILED, RunState.CRASHED, RunState.RUNNING}:
        return FAILED
    return max(EXIT[state] for state in states)


def brief_text() -> str:
    """Return the newest brief, as it was written."""
    path = brief_path(at_home().settings.home)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def show_brief(text: str) -> None:
    """Render the brief for a terminal."""
    Console().print(Markdown(text, hyperlinks=False))


def _facts(run: Run) -> dict[str, Any]:
    return {
        "flow": run.flow,
        "source": run.source,
        "state": run.state.value,
        "error": run.error,
        "next_step": run.next_step,
        "complete": run.is_complete,
        "calls": run.calls,
        "throttled_seconds": run.throttled_seconds,
        "tables": {
            name: {
                "read": rows.read,
                "new": rows.new,
                "changed": rows.changed,
                "deleted": rows.deleted,
                "quarantined": rows.quarantined,
                "healed": rows.healed,
            }
            for name, rows in run.tables.items()
        },
        "details": dict(run.details),
    }


def _print(run: Run) -> None:
    console = Console(highlight=False)
    what = _reconciled(run) if run.flow == "reconcile" else _pulled(run)
    console.print(f"{run.source or run.flow}: {run.state.value}{what}")
    if run.error:
        console.print(f"  {run.error}", markup=False)
    if run.next_step:
        console.print(f"  {run.next_step}", markup=False)


def _pulled(run: Run) -> str:
    rows = run.rows
    return (
        f"; {rows.new:,} new, {rows.changed:,} changed, {rows.deleted:,} deleted "
        f"of {rows.read:,} records read in {run.calls:,} calls{_complete(run)}"
    )


def _complete(run: Run) -> str:
    """Say whether that is all there is, where the vendor counts."""
    if run.is_complete is None:
        return ""
    return "; complete by its own count" if run.is_complete else "; not complete by its own count"


def _reconciled(run: Run) -> str:
    """Say what a reconcile that ended well did; one that did not has left no figures."""
    done = run.details
    if "total" not in done:
        return ""
    return (
        f"; {done['total']:,} customers, {done['new']:,} of them new, {done['merged']:,} merged, "
        f"{done['split']:,} split; {done['duplicates']:,} duplicates found "
        f"in {done['seconds']:.1f} s"
    )
