"""daybreak up and the Prefect it talks to: what stops it is one line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cli import deployments
from cli.kept import keeping
from core.errors import BusyError
from tests.monitoring.channels.bugsink import running
from tests.monitoring.channels.receiver import listening


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Yield a port on which somebody listens who is not Prefect."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


@pytest.fixture
def silent_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def daybreak(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "DAYBREAK"))}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cli.main", *words],
        cwd=home,
        env={**ours, "DAYBREAK_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, taken_port: int) -> None:
    ended = daybreak(tmp_path, "up", "--port", str(taken_port))

    assert ended.returncode == 2
    assert f"port {taken_port} is taken" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["up", "night"])
def test_a_prefect_that_does_not_answer_is_said_in_one_line(
    tmp_path: Path, silent_port: int, command: str
) -> None:
    url = f"http://admin:hush@127.0.0.1:{silent_port}/api"

    ended = daybreak(tmp_path, command, PREFECT_API_URL=url)

    assert ended.returncode == 2
    assert f"no Prefect server answers at http://127.0.0.1:{silent_port}/api" in ended.stderr
    assert "hush" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_watch_looks_without_a_prefect_and_tells_that_it_is_away(
    tmp_path: Path, silent_port: int
) -> None:
    (tmp_path / ".env").write_text(f"PREFECT_API_URL=http://me:hush@127.0.0.1:{silent_port}/api\n")

    with listening() as hook:
        ended = daybreak(tmp_path, "watch", WEBHOOK_URL=hook.url)
        [told] = hook.bodies()

    assert ended.returncode == 3
    assert (told["title"], told["severity"]) == ("Prefect does not answer", "critical")
    assert told["lines"][0].startswith("Nobody answers at http://127.0.0.1")
    assert "hush" not in f"{ended.stdout}{ended.stderr}{told}"


@pytest.mark.proof
def test_and_a_real_sentry_hears_of_it(tmp_path: Path, silent_port: int) -> None:
    (tmp_path / ".env").write_text(f"PREFECT_API_URL=http://me:hush@127.0.0.1:{silent_port}/api\n")

    with running(tmp_path) as bugsink:
        ended = daybreak(tmp_path, "watch", SENTRY_DSN=bugsink.dsn)
        [event] = bugsink.events()

    assert ended.returncode == 3
    assert event["message"].startswith(
        "Prefect does not answer\nNobody answers at http://127.0.0.1"
    )
    assert event["level"] == "fatal"
    assert "hush" not in f"{ended.stdout}{ended.stderr}{event}"


def test_a_server_that_was_killed_is_missed_and_one_that_was_stopped_is_not(
    tmp_path: Path, silent_port: int
) -> None:
    note = tmp_path / "prefect-server.json"
    note.write_text(f'{{"api_url": "http://127.0.0.1:{silent_port}/api"}}')
    nobody = f"http://127.0.0.1:{silent_port}/s3cret"
    missed = daybreak(tmp_path, "watch", WEBHOOK_URL=nobody)
    (stopped_home := tmp_path / "stopped").mkdir()
    stopped = daybreak(stopped_home, "watch")

    assert "Prefect does not answer" in missed.stdout
    assert missed.stderr.startswith("webhook could not be told: webhook: it cannot be reached")
    assert "s3cret" not in missed.stderr
    assert stopped.stdout == "Nothing is wrong.\n"


def test_what_ends_by_itself_is_started_again_but_not_for_ever(tmp_path: Path) -> None:
    with keeping(tmp_path, "part", [sys.executable, "-c", ""]) as part:
        for now in range(5):
            part.process.wait(30)
            assert part.tend(float(now))
        part.process.wait(30)
        with pytest.raises(BusyError, match="ended by itself 6 times"):
            part.tend(5.0)
        assert part.tend(1_000.0), "a quarter of an hour later it is worth a try"


def test_what_up_deploys_differs_from_prefect_yaml_only_in_where_runs_start(tmp_path: Path) -> None:
    deployments.write(tmp_path / "prefect.yaml", working_dir=tmp_path)

    deployed = yaml.safe_load((tmp_path / "prefect.yaml").read_text())
    for one in deployed["deployments"]:
        assert one["work_pool"].pop("job_variables") == {"working_dir": str(tmp_path)}
    assert deployed == yaml.safe_load(deployments.render())
