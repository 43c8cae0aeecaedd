"""A process that hangs is ended, if it is daybreak's own and nothing in it moves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.ledger import Ledger, RunState
from core.ledger.process import Process, is_our_command
from flows.hung import end_hung

NOW = datetime.now(UTC)
HANGING = """
import signal, sys, threading
from datetime import datetime
from core.clock import SystemClock
from core.ledger import Ledger

class At(SystemClock):
    def now(self):
        return datetime.fromisoformat(sys.argv[2])

if sys.argv[3] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ledger = Ledger.open(sys.argv[1])
with ledger.run("night", None, At()), ledger.run("pull", "stripe", At()) as log:
    log.beat()
    print("hangs", flush=True)
    threading.Event().wait(300)
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(url(tmp_path))


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledger.sqlite'}"


@contextmanager
def hanging(
    folder: Path, name: str = "daybreak", manner: str = "polite", since: datetime | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Have a night with one pull that has not moved for hours, in a process of this name."""
    program = folder / name
    program.write_text(HANGING)
    began = since or NOW - timedelta(hours=2)
    line = [sys.executable, str(program), url(folder), began.isoformat(), manner]
    with subprocess.Popen(  # noqa: S603 - our own words
        line, stdout=subprocess.PIPE, env={"PYTHONPATH": str(Path.cwd())}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hangs\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("manner", ["polite", "deaf"])
def test_what_hangs_is_ended_and_everything_in_it_is_lost(
    ledger: Ledger, tmp_path: Path, manner: str
) -> None:
    with hanging(tmp_path, manner=manner) as process:
        assert [run.error_kind for run in ledger.crashed(NOW)] == ["Hung"]
        assert end_hung(ledger, NOW, grace=2) == 1
        assert process.wait(30) == (-9 if manner == "deaf" else -15)
        assert end_hung(ledger, NOW, grace=2) == 0

    for source, flow in (("stripe", "pull"), (None, "night")):
        run = ledger.last_run(source, flow)
        assert run is not None
        assert (run.state, run.error_kind) == (RunState.CRASHED, "Ended")


def test_what_moves_again_is_left_alone(ledger: Ledger, tmp_path: Path) -> None:
    with hanging(tmp_path, since=NOW - timedelta(minutes=70)) as process:
        ledger.crashed(NOW)
        assert end_hung(ledger, NOW - timedelta(minutes=20)) == 0
        assert process.poll() is None


def test_a_process_of_somebody_else_is_told_and_never_ended(ledger: Ledger, tmp_path: Path) -> None:
    with hanging(tmp_path, name="notebook") as process:
        ledger.crashed(NOW)
        assert len(ledger.hung(NOW)) == 1
        assert end_hung(ledger, NOW, grace=2) == 0
        assert process.poll() is None

    kept = ledger.last_run("stripe")
    assert kept is not None
    assert kept.error_kind == "Hung"


def test_a_number_that_is_another_process_by_now_is_not_touched(tmp_path: Path) -> None:
    with hanging(tmp_path) as process:
        before = Process(Process.current().host, process.pid, "another-boot/1")
        assert not before.is_ours()
        before.end(grace=1)
        assert process.poll() is None


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("/venv/bin/python3.11 /venv/bin/daybreak night", True),
        ("/venv/bin/python -m prefect.engine", True),
        ("python -X utf8 -m prefect.engine", False),
        ("python -I -m cli.main pull stripe", True),
        ("/usr/bin/daybreak night", True),
        ("python -m ipykernel_launcher -f daybreak", False),
        ("/usr/bin/jupyter-lab /srv/daybreak", False),
        ("python /venv/bin/pytest /srv/daybreak", False),
        ("vim daybreak", False),
        ("python", False),
        ("", False),
    ],
)
def test_only_daybreak_itself_and_the_runs_of_a_worker_are_ours(line: str, *, ours: bool) -> None:
    assert is_our_command(line.split()) is ours


def test_nobody_ends_the_process_they_are_in() -> None:
    assert not Process.current().is_ours()
