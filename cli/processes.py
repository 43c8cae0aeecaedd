"""Processes of ours, started and ended by pid, each with a log."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import tenacity

from core.errors import BusyError

STARTS_WITHIN_SECONDS = 120
STOPS_WITHIN_SECONDS = 20


@contextmanager
def running(home: Path, name: str, line: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``line`` with its log in HOME/logs; end it, and wait for its end, when we end."""
    process = start(home, name, line)
    try:
        yield process
    finally:
        end(process)


def start(home: Path, name: str, line: list[str]) -> subprocess.Popen[bytes]:
    """Start ``line`` with its log in HOME/logs."""
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own command line, no shell
            line, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )


@contextmanager
def sandbox(home: Path, *options: str) -> Iterator[str]:
    """Serve the sandbox in a process of its own; yields its URL."""
    port = free_port()
    line = [sys.executable, "-m", "cli.main", "sandbox", "--port", str(port), *options]
    url = f"http://127.0.0.1:{port}"
    with running(home, "sandbox", line) as process:
        await_answer(f"{url}/", process, home)
        yield url


def await_answer(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    """Wait until ``url`` answers.

    Raises:
        BusyError: the process ended, or nothing answered in time.
    """
    patiently = tenacity.Retrying(
        stop=tenacity.stop_after_delay(STARTS_WITHIN_SECONDS),
        wait=tenacity.wait_fixed(0.1),
        retry=tenacity.retry_if_exception(
            lambda error: isinstance(error, httpx.HTTPError) and process.poll() is None
        ),
    )
    try:
        patiently(lambda: httpx.get(url, timeout=5).raise_for_status())
    except (tenacity.RetryError, httpx.HTTPError):
        raise BusyError(
            f"nothing answers at {url}", next_step=f"Look into {home / 'logs'}."
        ) from None


def demand_free(port: int) -> None:
    """Refuse a port that is taken.

    Raises:
        BusyError: something listens there already.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise BusyError(
                f"port {port} is taken", next_step="Stop what listens there, or pass --port."
            )


def free_port() -> int:
    """Return a port that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and end it with all its children if it does not, or if a person insists."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOPS_WITHIN_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
