"""`daybreak up --sandbox`: a schedule fires without a hand, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import tenacity

from core.ledger import Ledger, RunState

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]

patiently = tenacity.retry(
    stop=tenacity.stop_after_delay(400), wait=tenacity.wait_fixed(1), reraise=True
)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start `daybreak up --sandbox` in a folder of its own; yield it and its API."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "DAYBREAK"))}
    line = [sys.executable, "-m", "cli.main", "up", "--sandbox", "--port", str(port)]
    with (tmp_path / "up.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            line,
            cwd=tmp_path,
            env={**ours, "DAYBREAK_HOME": "home"},
            stdout=log,
            stderr=log,
        )
    try:
        yield process, f"http://127.0.0.1:{port}/api"
    finally:
        for child in (
            [*psutil.Process(process.pid).children(recursive=True)]
            if (process.poll() is None)
            else []
        ):
            child.kill()
        process.kill()
        process.wait()


def test_a_scheduled_pull_fires_by_itself_and_ctrl_c_ends_everything(
    up: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    process, api = up
    started(process, tmp_path)
    every_minute(api, "pull/pull-shopify")

    run = scheduled_run(api)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    code = process.wait(90)

    assert "auto-scheduled" in run["tags"]
    assert run["name"] == "pull-shopify"
    kept = Ledger.open(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}").last_run(
        "shopify", "pull"
    )
    assert kept is not None
    assert kept.state is RunState.SUCCEEDED
    assert kept.rows.new > 0
    assert code == 0
    assert len(family) >= 3, "a server, a sandbox and a worker"
    assert psutil.wait_procs(family, timeout=30)[1] == []


@patiently
def started(process: subprocess.Popen[bytes], folder: Path) -> None:
    log = (folder / "up.log").read_text()
    assert process.poll() is None, log
    assert "Ctrl-C stops" in log


def every_minute(api: str, name: str) -> None:
    """Add a schedule to the deployment: nobody wants to wait four hours."""
    deployment = httpx.get(f"{api}/deployments/name/{name}").raise_for_status().json()
    minutely = {"active": True, "schedule": {"cron": "* * * * *", "timezone": "UTC"}}
    httpx.post(
        f"{api}/deployments/{deployment['id']}/schedules", json=[minutely]
    ).raise_for_status()


@patiently
def scheduled_run(api: str) -> dict[str, Any]:
    """Return the first run that a schedule began and that is over."""
    asked = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}}
    runs = httpx.post(f"{api}/flow_runs/filter", json=asked).raise_for_status().json()
    assert runs
    run: dict[str, Any] = runs[0]
    assert run["state"]["type"] == "COMPLETED", run["state"]["message"]
    return run
