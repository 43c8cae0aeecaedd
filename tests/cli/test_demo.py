"""The demo, small: its nights, and every command it says to look further with."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

import sources
from tests.town import PAIR

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(at: Path, line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a line as a person types it, in an empty folder and home."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(at), "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # noqa: S603 - our own program
        shlex.split(line.replace(".venv/bin/", f"{BIN}/"), comments=True),
        cwd=at,
        env={**environment, "COLUMNS": "100", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def look_further(at: Path, first: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Type what a demo says to look further with; return the variable it says to set."""
    said = [line.strip() for line in first.stdout.partition("Look further:")[2].splitlines()]
    home = dict([next(line for line in said if "=" in line).split()[1].split("=", 1)])
    look = [line for line in said if line.startswith(".venv/bin/daybreak")]
    for line in look:
        if not line.startswith((".venv/bin/daybreak up", ".venv/bin/daybreak demo")):
            done = run(at, line, **home)
            assert done.returncode == 0, (line, done.stderr)
            assert done.stdout
    return home


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("nights", "only"),
    [
        pytest.param(1, PAIR, id="once"),
        pytest.param(2, (), id="twice", marks=pytest.mark.proof),
    ],
)
def test_a_demo_says_what_to_type_and_the_next_pulls_what_changed(
    nights: int, only: tuple[str, ...], tmp_path: Path
) -> None:
    demo = " ".join([".venv/bin/daybreak demo --people 30", *(f"--only {name}" for name in only)])
    first = run(tmp_path, demo)
    assert first.returncode == 0, first.stderr
    assert "everything is new" in first.stdout
    assert "Traceback" not in first.stderr
    home = look_further(tmp_path, first)

    for _ in range(nights - 1):
        again = run(tmp_path, demo, **home)
        assert again.returncode == 0, again.stderr
        assert "only what changed was pulled" in again.stdout
    status = orjson.loads(run(tmp_path, ".venv/bin/daybreak status --json", **home).stdout)
    pulled = {row["source"] for row in status["sources"] if row["state"] == "succeeded"}
    assert pulled == {*(only or sources.names())}


def test_a_sandbox_of_a_vendor_that_is_none_says_which_there_are(tmp_path: Path) -> None:
    told = run(tmp_path, ".venv/bin/daybreak sandbox --only shopfiy")
    assert told.returncode == 2
    assert told.stderr.startswith("daybreak: the sandbox has no shopfiy")
    assert "shopify" in told.stderr
