"""daybreak up: a Prefect server, a worker and the schedules, on this machine, until stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from cli import automations, demo, deployments, prefect_home, processes
from cli.exits import GOOD
from cli.kept import Kept, keeping
from core.errors import BusyError

POOL = "daybreak"
TENDED_EVERY_SECONDS = 1.0


def command(
    port: Annotated[int, typer.Option(help="Where Prefect's UI listens, on 127.0.0.1.")] = 4200,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Serve the sandbox too, and point every source at it.")
    ] = False,
) -> int:
    """Start Prefect's server, a worker and all schedules; stop with Ctrl-C.

    A server or a worker that ends by itself is started again. An existing PREFECT_API_URL is used
    instead of a server of our own.

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
                kept = _start(stack, home, port, sandbox=sandbox)
            _announce(console, home)
            _tend(kept, console)
        except KeyboardInterrupt:
            console.print("stopping ...")
            # Where a person stopped it, nobody misses it; see prefect_home.unanswered.
            prefect_home.note_path(home).unlink(missing_ok=True)
            return GOOD


def _tend(kept: list[Kept], console: Console) -> NoReturn:
    """Start again what ends by itself, until stopped.

    Raises:
        BusyError: something ends again and again.
    """
    while True:
        for one in kept:
            if one.tend(time.monotonic()):
                console.print(f"{one.name} had ended by itself and was started again")
        time.sleep(TENDED_EVERY_SECONDS)


def _start(stack: ExitStack, home: Path, port: int, *, sandbox: bool) -> list[Kept]:
    """Start everything, each to be ended with ``stack``; return what is to be kept."""
    server = stack.enter_context(_prefect_api(home, port))
    if sandbox:
        os.environ["DAYBREAK_SANDBOX"] = stack.enter_context(
            processes.sandbox(home, *demo.world(home))
        )
    deploy(home)
    return [*server, stack.enter_context(_worker(home))]


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
def _prefect_api(home: Path, port: int) -> Iterator[list[Kept]]:
    """Use the server that is set, or run one of our own; yields what of it is ours to keep."""
    given = prefect_home.given_api()
    if given:
        prefect_home.demand_answer(given)
        os.environ["PREFECT_API_URL"] = given
        yield []
        return
    running = prefect_home.running_api(home)
    if running:
        raise BusyError(
            f"daybreak is up already: {running.removesuffix('/api')}",
            next_step="Stop that one first, or set another DAYBREAK_HOME and pass --port.",
        )
    with _server(home, port) as server:
        yield [server]


@contextmanager
def _server(home: Path, port: int) -> Iterator[Kept]:
    """Run a Prefect server and write down where, so that other commands use it, or miss it."""
    processes.demand_free(port)
    api = f"http://127.0.0.1:{port}/api"
    # Its pages ask port 4200 if they are not told otherwise.
    os.environ["PREFECT_SERVER_UI_API_URL"] = api
    arguments = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    line = _command(*arguments)
    with keeping(home, "prefect-server", line, f"{api}/health") as server:
        processes.await_answer(server.address, server.process, home)
        prefect_home.note_path(home).write_text(json.dumps({"api_url": api}))
        os.environ["PREFECT_API_URL"] = api
        # Prefect reads its environment when it is imported.
        from flows import leftovers

        leftovers.call_crashed()
        yield server


def _worker(home: Path) -> AbstractContextManager[Kept]:
    arguments = ["worker", "start", "--pool", POOL, "--type", "process", "--name", "daybreak"]
    return keeping(home, "prefect-worker", _command(*arguments))


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
