"""daybreak up: a Prefect server, a worker and the schedules, on this machine, until stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import tenacity
import typer
from rich.console import Console

from cli import deployments, prefect_home
from core.errors import BusyError
from core.settings import DaybreakSettings, load

POOL = "daybreak"
SERVER_STARTS_WITHIN_SECONDS = 120
STOPS_WITHIN_SECONDS = 20


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
                os.environ["DAYBREAK_SANDBOX"] = stack.enter_context(_sandbox(home))
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
    _demand_free(port)
    api = f"http://127.0.0.1:{port}/api"
    arguments = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with _process(home, "prefect-server", _prefect_command(*arguments)):
        _await_health(api)
        note = prefect_home.note_path(home)
        note.write_text(json.dumps({"api_url": api}))
        try:
            yield api
        finally:
            note.unlink(missing_ok=True)


@contextmanager
def _worker(home: Path) -> Iterator[None]:
    arguments = ["worker", "start", "--pool", POOL, "--type", "process", "--name", "daybreak"]
    with _process(home, "prefect-worker", _prefect_command(*arguments)):
        yield


@contextmanager
def _sandbox(home: Path) -> Iterator[str]:
    port = _free_port()
    line = [sys.executable, "-m", "cli.main", "sandbox", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with _process(home, "sandbox", line):
        _await(url + "/")
        yield url


@contextmanager
def _process(home: Path, name: str, line: list[str]) -> Iterator[None]:
    """Run one of our processes with its log in HOME/logs; end it, by its pid, when we end."""
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command line, no shell
            line, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _prefect_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *arguments]


def _prefect(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command line, no shell
        _prefect_command(*arguments), capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise BusyError(f"prefect {' '.join(arguments[:2])} failed: {words[-1] if words else ''}")


def _await_health(api: str) -> None:
    _await(f"{api}/health")


def _await(url: str) -> None:
    patiently = tenacity.Retrying(
        stop=tenacity.stop_after_delay(SERVER_STARTS_WITHIN_SECONDS),
        wait=tenacity.wait_fixed(0.3),
        retry=tenacity.retry_if_exception_type(httpx.HTTPError),
    )
    try:
        patiently(lambda: httpx.get(url, timeout=5).raise_for_status())
    except tenacity.RetryError:
        raise BusyError(
            f"nothing answers at {url}", next_step="Look into the logs folder in DAYBREAK_HOME."
        ) from None


def _demand_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise BusyError(
                f"port {port} is taken", next_step="Stop what listens there, or pass --port."
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _announce(console: Console, api: str, home: Path) -> None:
    ui = api.removesuffix("/api")
    console.print(f"Prefect UI   [bold]{ui}/runs[/]")
    console.print(f"schedules    [bold]{ui}/deployments[/]")
    if "DAYBREAK_SANDBOX" in os.environ:
        console.print(f"sandbox      [bold]{os.environ['DAYBREAK_SANDBOX']}[/]")
    console.print(f"logs         {home / 'logs'}")
    console.print("Ctrl-C stops everything that was started here.")
