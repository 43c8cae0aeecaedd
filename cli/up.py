"""daybreak up: a Prefect server, a worker and the schedules, on this machine, until stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli import demo, deployments, prefect_home, processes
from core.errors import BusyError

POOL = "daybreak"


def command(
    port: Annotated[int, typer.Option(help="Where Prefect's UI listens, on 127.0.0.1.")] = 4200,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Serve the sandbox too, and point every source at it.")
    ] = False,
) -> None:
    """Start Prefect's server, a worker and all schedules; stop with Ctrl-C.

    An existing PREFECT_API_URL is used instead of a server of our own.

    Example: daybreak up --sandbox
    """
    from core.settings import DaybreakSettings, load

    prefect_home.settle()
    home = load(DaybreakSettings).home.absolute()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    console = Console(highlight=False)
    with ExitStack() as stack:
        with console.status("starting ..."):
            api = os.environ.get("PREFECT_API_URL") or stack.enter_context(_server(home, port))
            os.environ["PREFECT_API_URL"] = api
            if sandbox:
                os.environ["DAYBREAK_SANDBOX"] = stack.enter_context(
                    processes.sandbox(home, *demo.world(home))
                )
            deploy()
            stack.enter_context(_worker(home))
        _announce(console, api, home)
        stop.wait()
        console.print("stopping ...")


def deploy() -> None:
    """Make the work pool and bring every deployment in line with schedules/."""
    deployments.write()
    _prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
    _prefect("deploy", "--all")


@contextmanager
def _server(home: Path, port: int) -> Iterator[str]:
    """Run a Prefect server and write down where, so that other commands use it."""
    processes.demand_free(port)
    api = f"http://127.0.0.1:{port}/api"
    arguments = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with processes.running(home, "prefect-server", _command(*arguments)) as process:
        processes.await_answer(f"{api}/health", process, home)
        note = prefect_home.note_path(home)
        note.write_text(json.dumps({"api_url": api}))
        try:
            yield api
        finally:
            note.unlink(missing_ok=True)


@contextmanager
def _worker(home: Path) -> Iterator[None]:
    arguments = ["worker", "start", "--pool", POOL, "--type", "process", "--name", "daybreak"]
    with processes.running(home, "prefect-worker", _command(*arguments)):
        yield


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *arguments]


def _prefect(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command line, no shell
        _command(*arguments), capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise BusyError(f"prefect {' '.join(arguments[:2])} failed: {words[-1] if words else ''}")


def _announce(console: Console, api: str, home: Path) -> None:
    ui = api.removesuffix("/api")
    console.print(f"Prefect UI   [bold]{ui}/runs[/]")
    console.print(f"schedules    [bold]{ui}/deployments[/]")
    if "DAYBREAK_SANDBOX" in os.environ:
        console.print(f"sandbox      [bold]{os.environ['DAYBREAK_SANDBOX']}[/]")
    console.print(f"logs         {home / 'logs'}")
    console.print("Ctrl-C stops everything that was started here.")
