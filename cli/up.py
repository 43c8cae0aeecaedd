"""daybreak up: a Prefect server, a worker and the schedules, on this machine, until stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli import automations, demo, deployments, leftovers, prefect_home, processes
from cli.exits import GOOD
from core.errors import BusyError

POOL = "daybreak"


def command(
    port: Annotated[int, typer.Option(help="Where Prefect's UI listens, on 127.0.0.1.")] = 4200,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Serve the sandbox too, and point every source at it.")
    ] = False,
) -> int:
    """Start Prefect's server, a worker and all schedules; stop with Ctrl-C.

    An existing PREFECT_API_URL is used instead of a server of our own.

    Example: daybreak up --sandbox
    """
    home = prefect_home.quiet()
    # True in every folder, for whatever is started here.
    os.environ["DAYBREAK_HOME"] = str(home)
    # Said aloud: a shell that starts us in the background makes us deaf to Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    console = Console(highlight=False, soft_wrap=True)
    with ExitStack() as stack:
        try:
            with console.status("starting ..."):
                worker = _start(stack, home, port, sandbox=sandbox)
            _announce(console, home)
            worker.wait()
        except KeyboardInterrupt:
            console.print("stopping ...")
            return GOOD
    raise BusyError("the worker ended by itself", next_step=f"Look into {home / 'logs'}.")


def _start(stack: ExitStack, home: Path, port: int, *, sandbox: bool) -> subprocess.Popen[bytes]:
    """Start everything, each to be ended with ``stack``; return the worker."""
    os.environ["PREFECT_API_URL"] = stack.enter_context(_prefect_api(home, port))
    if sandbox:
        os.environ["DAYBREAK_SANDBOX"] = stack.enter_context(
            processes.sandbox(home, *demo.world(home))
        )
    deploy(home)
    return stack.enter_context(_worker(home))


def deploy(home: Path) -> None:
    """Make the work pool and bring every deployment in line with schedules/.

    Runs start in the folder we are in, so that its ``.env`` is theirs too.
    """
    path = home / "prefect.yaml"
    deployments.write(path, working_dir=Path.cwd())
    _make_pool()
    _prefect("deploy", "--all", "--prefect-file", str(path))
    automations.make()


def _make_pool() -> None:
    """Make the work pool if there is none; the worker knows what a process pool looks like."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    pool = WorkPoolCreate(
        name=POOL,
        type=ProcessWorker.type,
        base_job_template=ProcessWorker.get_default_base_job_template(),
    )
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(pool)


@contextmanager
def _prefect_api(home: Path, port: int) -> Iterator[str]:
    """Give the server that is set, or run one of our own."""
    given = prefect_home.given_api()
    if given:
        prefect_home.demand_answer(given)
        yield given
        return
    running = prefect_home.running_api(home)
    if running:
        raise BusyError(
            f"daybreak is up already: {running.removesuffix('/api')}",
            next_step="Stop that one first, or set another DAYBREAK_HOME and pass --port.",
        )
    with _server(home, port) as api:
        yield api


@contextmanager
def _server(home: Path, port: int) -> Iterator[str]:
    """Run a Prefect server and write down where, so that other commands use it."""
    processes.demand_free(port)
    api = f"http://127.0.0.1:{port}/api"
    # Its pages ask port 4200 if they are not told otherwise.
    os.environ["PREFECT_SERVER_UI_API_URL"] = api
    arguments = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with processes.running(home, "prefect-server", _command(*arguments)) as process:
        processes.await_answer(f"{api}/health", process, home)
        note = prefect_home.note_path(home)
        note.write_text(json.dumps({"api_url": api}))
        try:
            os.environ["PREFECT_API_URL"] = api
            leftovers.call_crashed()
            yield api
        finally:
            note.unlink(missing_ok=True)


@contextmanager
def _worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ["worker", "start", "--pool", POOL, "--type", "process", "--name", "daybreak"]
    with processes.running(home, "prefect-worker", _command(*arguments)) as process:
        yield process


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *arguments]


def _prefect(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command line, no shell
        _command(*arguments), capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise BusyError(f"prefect {' '.join(arguments[:2])} failed: {words[-1] if words else ''}")


def _announce(console: Console, home: Path) -> None:
    ui = os.environ["PREFECT_API_URL"].removesuffix("/api")
    console.print(f"Prefect UI   [bold]{ui}/runs[/]")
    console.print(f"schedules    [bold]{ui}/deployments[/]")
    if os.environ.get("DAYBREAK_SANDBOX"):
        console.print(f"sandbox      [bold]{os.environ['DAYBREAK_SANDBOX']}[/]")
    console.print(f"logs         {home / 'logs'}", markup=False)
    console.print("Ctrl-C stops everything that was started here.")
