"""`daybreak up --sandbox`, standing: what it started can be killed, and commands run beside it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import tenacity

from core.ledger import Ledger, Run

patiently = tenacity.retry(
    stop=tenacity.stop_after_delay(400), wait=tenacity.wait_fixed(1), reraise=True
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One `daybreak up`, and the folder it stands in.

    Attributes:
        api: Where its Prefect listens.
        variables: What its environment has of ours; that of every command beside it.
    """

    folder: Path
    process: subprocess.Popen[bytes]
    api: str
    variables: dict[str, str]

    @property
    def ledger(self) -> Ledger:
        """What it remembers."""
        return Ledger.open(f"sqlite:///{self.folder / 'home' / 'ledger.sqlite'}")

    @property
    def log(self) -> str:
        """What it said."""
        return (self.folder / "up.log").read_text()

    @property
    def sandbox(self) -> str:
        """Where its vendors are."""
        found = re.search(r"^sandbox +(\S+)", self.log, re.MULTILINE)
        assert found, self.log
        return found[1]

    def part(self, words: str) -> psutil.Process:
        """Return the child whose command line has ``words``."""
        children = psutil.Process(self.process.pid).children()
        return next(c for c in children if words in " ".join(c.cmdline()))

    def command(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside it, as cron does: all it knows is the folder."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "cli.main", *words],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def schedule(self, name: str, cron: str = "* * * * *") -> str:
        """Give a deployment one more schedule: nobody wants to wait four hours."""
        deployment = httpx.get(f"{self.api}/deployments/name/{name}").raise_for_status().json()
        schedules = f"{self.api}/deployments/{deployment['id']}/schedules"
        more = [{"active": True, "schedule": {"cron": cron, "timezone": "UTC"}}]
        [made] = httpx.post(schedules, json=more).raise_for_status().json()
        return f"{schedules}/{made['id']}"

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        """Return Prefect's flow runs."""
        asked = {"flow_runs": filters} if filters else {}
        found: list[dict[str, Any]] = (
            httpx.post(f"{self.api}/flow_runs/filter", json=asked).raise_for_status().json()
        )
        return found

    @patiently
    def await_run(self, source: str, state: str, after: int = 0) -> Run:
        """Wait until the newest pull of ``source`` stands so."""
        run = self.ledger.last_run(source, "pull")
        assert run is not None
        assert run.id > after
        assert run.state == state, run
        return run


@contextmanager
def standing(folder: Path, **variables: str) -> Iterator[Standing]:
    """Start `daybreak up --sandbox` in a folder of its own; kill whatever is left of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "DAYBREAK"))}
    ours |= {"DAYBREAK_HOME": "home", **variables}
    line = [sys.executable, "-m", "cli.main", "up", "--sandbox", "--port", str(port)]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(line, cwd=folder, env=ours, stdout=log, stderr=log)  # noqa: S603 - our own command
    one = Standing(folder, process, f"http://127.0.0.1:{port}/api", ours)
    try:
        _await(one)
        yield one
    finally:
        kill(_of(folder))
        process.wait()


@patiently
def _await(one: Standing) -> None:
    assert one.process.poll() is None, one.log
    assert "Ctrl-C stops" in one.log


def _of(folder: Path) -> list[psutil.Process]:
    """Return every process started in ``folder``: runs have process groups of their own."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == folder:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def kill(processes: list[psutil.Process]) -> None:
    """End processes without a word, as a machine that loses power does."""
    for process in processes:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=30)
