"""A night that is killed at any moment, and then run again, is as good as one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

import sources
from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from tests.installation import Installation
from tests.town import SMALL, vendors
from tests.transforms.snapshot import TABLES, Snapshot, differences, rows
from transforms import history, quality, segments, violations
from transforms.history import SEEN

PEOPLE = 25
LONGEST_NIGHT_SECONDS = 240
MOST_TRIES = 4
SHORTER = 0.7
# When what was decided or first seen, by what number; who belongs to whom is in every mart.
CHRONICLES = {"identities", "identity_events", "customer_redirects", "identity_sequence"}
CHRONICLES |= {history.table(mart) for mart in history.FOLLOWED}
# Of what holds for a time it is compared what holds, and not which night said so first.
NIGHTS = {
    **{
        stays.table: (stays.began, stays.ended)
        for stays in (segments.MEMBERS, violations.VIOLATIONS)
    },
    **{counted.table: tuple(SEEN) for counted in (quality.QUALITY, quality.VALUES)},
    "field_quality": ("seen_at",),
    "identity_spans": ("valid_from", "valid_to"),
    "open_violations": (violations.VIOLATIONS.began,),
}
# Every day kills are told in memory (tests/contracts/hazards) and of the pipeline (tests/core).
pytestmark = pytest.mark.proof
KILLS = [pytest.param(1, id="once"), pytest.param(10, id="ten")]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with serve(vendors(), make("seeded", people=PEOPLE)) as served:
        yield served


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", KILLS)
def test_a_night_killed_again_and_again_ends_like_an_undisturbed_one(
    box: Sandbox, tmp_path: Path, kills: int
) -> None:
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    _kill_often(disturbed, box, kills, within=_live(undisturbed, box))
    _live(disturbed, box)

    one, other = _warehouse(undisturbed), _warehouse(disturbed)
    here = Installation(disturbed, other, box)
    assert {name: here.untrue(name) for name in SMALL} == {n: {} for n in SMALL}
    assert _raw(Installation(undisturbed, one, box)) == _raw(here)
    assert differences(_marts(one), _marts(other)) == {}


def _kill_often(home: Path, box: Sandbox, kills: int, *, within: float) -> None:
    """Begin nights until that many were killed, each at another moment of its life."""
    dice, killed = Random(kills), 0
    for _ in range(MOST_TRIES * kills):
        if _kill(home, box, after=dice.uniform(0.1, 1.0) * within):
            killed += 1
        else:
            # What landed is not landed again, and the machine may be less busy than it was.
            within *= SHORTER
        if killed == kills:
            return
    raise AssertionError(f"{killed} of {kills} nights were killed, the others had ended before")


def _live(home: Path, box: Sandbox) -> float:
    """Live a whole night; return how many seconds it took."""
    began = time.monotonic()
    with _night(home, box) as process:
        assert process.wait(LONGEST_NIGHT_SECONDS) == 0, (home / "log").read_text()[-2000:]
    return time.monotonic() - began


def _kill(home: Path, box: Sandbox, *, after: float) -> bool:
    """Begin a night and kill it and its children; return False if it had ended before."""
    with _night(home, box) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
            return False
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return True


def _night(home: Path, box: Sandbox) -> subprocess.Popen[bytes]:
    home.mkdir(exist_ok=True)
    own = {"DAYBREAK_HOME": str(home), "DAYBREAK_WAREHOUSE": f"duckdb:///{home / 'warehouse'}"}
    with (home / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own command line, no shell
            [sys.executable, "-m", "tests.journeys.plain", box.url],
            env={**os.environ, **own, "DAYBREAK_LEDGER": f"sqlite:///{home / 'ledger.sqlite'}"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _warehouse(home: Path) -> Warehouse:
    return open_warehouse(f"duckdb:///{home / 'warehouse'}")


def _raw(here: Installation) -> dict[str, list[str]]:
    return {
        f"{name}.{table}": sorted(repr(_facts(row)) for row in here.rows(name, table))
        for name in SMALL
        for table in sources.load(name).tables
    }


def _facts(row: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what a row says: empty columns and the marks of its pull left out."""
    said = {k: v for k, v in row.items() if v is not None and not k.startswith(("_dlt", "_"))}
    # Where the vendor says no time, a deletion is dated with the pull that found it.
    return sorted((k, v if k != "deleted_at" else "deleted") for k, v in said.items())


def _marts(warehouse: Warehouse) -> Snapshot:
    """Return the 360 with each customer called by the first source record of theirs."""
    with warehouse.session(sources.names(), read_only=True) as session:
        members = session.query(
            "select customer_id, min(source || ':' || source_id) as name"
            " from identities where valid_to is null group by customer_id"
        ).to_pylist()
        names = {row["customer_id"]: row["name"] for row in members}
        return {
            table: sorted((_named(row, names) for row in rows(session, _told(table))), key=repr)
            for table in TABLES
            if table not in CHRONICLES
        }


def _told(table: str) -> str:
    left_out = NIGHTS.get(table)
    return f"(select * exclude ({', '.join(left_out)}) from {table})" if left_out else table


def _named(row: tuple[Any, ...], names: dict[str, str]) -> tuple[Any, ...]:
    return tuple(names.get(value, value) if isinstance(value, str) else value for value in row)
