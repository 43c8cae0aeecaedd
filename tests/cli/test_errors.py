"""Whatever is wrong is one clear line with a next step and an exit code, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from destinations.warehouses import open_warehouse

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from destinations.warehouses import open_warehouse
with open_warehouse(sys.argv[1]).session([]):
    print("open", flush=True)
    sys.stdin.read()
"""


def run(at: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in an empty folder, with nothing set but ``variables``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=at,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["sql", "select 1"], {"DAYBREAK_WAREHOUSE": "mysql://u:s3cret@h/x"}, "not a warehouse"),
        (
            ["sql", "select 1"],
            {"DAYBREAK_WAREHOUSE": "postgresql://u:s3cret@127.0.0.1:1/x"},
            "cannot be reached",
        ),
        (["status"], {"DAYBREAK_LEDGER": "s3cret"}, "DAYBREAK_LEDGER"),
        (["status"], {"DAYBREAK_HOME": "/proc/daybreak"}, "DAYBREAK_HOME"),
        (["doctor"], {"DAYBREAK_SANDBOX": "http://127.0.0.1:1"}, "no daybreak sandbox answers"),
        (["night", "--sandbox", "http://127.0.0.1:1"], {}, "no daybreak sandbox answers"),
        (["pull", "nosuch"], {}, "no such source; there are"),
        (["sql", "select * from nowhere"], {}, "run `daybreak night` first"),
        (["brief"], {}, "no night yet"),
    ],
)
def test_what_is_wrong_is_told_in_a_line_and_ends_with_two(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], says: str
) -> None:
    done = run(tmp_path, *arguments, **variables)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.startswith("daybreak: ")
    assert len(done.stderr.splitlines()) <= 2
    assert done.stdout == ""
    assert "s3cret" not in done.stderr


def test_a_warehouse_that_another_process_writes_is_busy(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse'}"
    holder = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", HOLD, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"open\n"
    try:
        done = run(tmp_path, "sql", "select 1", DAYBREAK_WAREHOUSE=url)
    finally:
        holder.communicate()

    assert done.returncode == 2
    assert f"in use by process {holder.pid}" in done.stderr


def test_a_customer_nobody_knows_is_one_line_that_says_what_to_try(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse'}"
    done = run(tmp_path, "customer", "ada@example.com", DAYBREAK_WAREHOUSE=url)

    assert (done.returncode, done.stdout) == (1, "")
    assert "run `daybreak night` first" in done.stderr


def test_a_fault_of_ours_is_one_line_and_its_details_are_in_the_log(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fault = "from cli import complaints; complaints.tell_fault(KeyError('ada@example.com'))"
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", fault],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DAYBREAK_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "unexpected KeyError" in told.stderr
    assert "Traceback" not in told.stderr
    written = (home / "logs" / "daybreak.log").read_text()
    assert "KeyError" in written
    assert "ada@example.com" not in written


def test_status_is_json_and_nothing_else(tmp_path: Path) -> None:
    done = run(tmp_path, "status", "--json")
    told = json.loads(done.stdout)

    assert set(told) == {"sources", "customers", "warehouse"}
    wanted = "source state last_success_at rows_last_run stale age_seconds stale_after_seconds"
    assert set(wanted.split()) <= set(told["sources"][0])
    assert told["customers"] == 0


def test_rows_too_wide_for_the_terminal_are_shown_field_by_field(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse'}"
    with open_warehouse(url).session([]):
        pass
    wide = ", ".join(f"'{'x' * 20}' as column_{n}" for n in range(6))
    down = run(tmp_path, "sql", f"select {wide}", DAYBREAK_WAREHOUSE=url).stdout
    across = run(tmp_path, "sql", "select 1 as a, 'two' as b", DAYBREAK_WAREHOUSE=url).stdout

    assert "1 of 1" in down
    assert "x" * 20 in down
    assert across.split() == ["a", "b", "1", "two"]


def test_what_a_name_says_to_the_terminal_is_not_said(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse'}"
    done = run(tmp_path, "sql", "select '[red]' || chr(27) || '[2J' as n", DAYBREAK_WAREHOUSE=url)

    assert "[red]·[2J" in done.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout.startswith("daybreak 0.")
