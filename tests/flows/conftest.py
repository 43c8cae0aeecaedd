"""One real Prefect server for all stories of the flows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from tests.town import vendors


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415 - only who asks for it waits for it

    with prefect_test_harness(server_startup_timeout=240):
        yield


@pytest.fixture
def box() -> Iterator[Sandbox]:
    world = make("seeded", people=15)
    with serve(vendors(), world, clock=Clock(world.start, frozen=True)) as served:
        yield served


@pytest.fixture
def home(tmp_path: Path, prefect: None, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it must run
    """Return the home of an installation that the environment names."""
    monkeypatch.setenv("DAYBREAK_HOME", str(tmp_path))
    monkeypatch.setenv("DAYBREAK_WAREHOUSE", f"duckdb:///{tmp_path / 'warehouse'}")
    monkeypatch.setenv("DAYBREAK_LEDGER", f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    return tmp_path
