"""A night in a real Prefect: what fails, what is tried again, what a person finds in the UI."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from core.errors import IncompleteError, VendorRefusedError
from core.ledger import Ledger, RunState
from destinations.warehouses import open_warehouse
from flows.night import night
from flows.paths import brief_page_path, brief_path
from flows.pull import pull
from flows.slots import limit_name
from sandbox.serve import Sandbox
from tests.installation import Installation
from tests.town import SMALL

FOR_EVER = 0


def states(home: Path, source: str) -> list[str]:
    """Return how the pulls of ``source`` ended, oldest first."""
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger:
        found = ledger.execute("select state from runs where source = ? order by id", [source])
        return [state for (state,) in found]


def artifacts() -> set[str | None]:
    """Return the keys of all artifacts; Prefect's own way to get one leaves a socket open."""
    with get_client(sync_client=True) as client:
        return {artifact.key for artifact in client.read_artifacts()}


def test_one_broken_vendor_fails_the_night_and_keeps_nothing_else_away(
    home: Path, box: Sandbox
) -> None:
    box.faults.add({"do": "status", "status": 503, "vendor": "zendesk", "times": FOR_EVER})
    state = night(box.url, return_state=True)
    assert state.is_failed()
    assert isinstance(state.result(raise_on_failure=False), IncompleteError)
    here = Installation(home, open_warehouse(f"duckdb:///{home / 'warehouse'}"), box)
    others = [name for name in SMALL if name != "zendesk"]
    assert {name: here.untrue(name) for name in others} == {name: {} for name in others}
    with here.warehouse.session(SMALL, read_only=True) as session:
        assert session.query("select count(*) as n from customers")["n"][0].as_py() > 0
    assert "Zendesk did not" in brief_path(home).read_text(encoding="utf-8")
    assert "Zendesk did not" in brief_page_path(home).read_text(encoding="utf-8")
    keys = {*(f"pull-{name}" for name in SMALL), "night", "reconcile", "watch", "brief"}
    keys |= {"identities", "identities-sizes"}
    assert artifacts() >= keys


def test_a_busy_vendor_is_asked_again_and_then_all_is_well(home: Path, box: Sandbox) -> None:
    box.faults.add({"do": "status", "status": 503, "vendor": "zendesk", "times": 6})
    assert sum(pull("zendesk", box.url).values()) > 0
    assert states(home, "zendesk") == [RunState.PARTIAL, RunState.SUCCEEDED]


def test_a_refusal_is_not_asked_again(home: Path, box: Sandbox) -> None:
    box.faults.add({"do": "status", "status": 401, "vendor": "stripe", "times": FOR_EVER})
    with pytest.raises(VendorRefusedError):
        pull("stripe", box.url)
    assert states(home, "stripe") == [RunState.FAILED]


def test_what_a_pull_leaves_of_the_accounts_day_is_written_down(home: Path, box: Sandbox) -> None:
    pull("hubspot", box.url)
    run = Ledger.open(f"sqlite:///{home / 'ledger.sqlite'}").last_run("hubspot", "pull")
    assert run is not None
    assert run.details["day"]["calls"] == 650_000
    assert 650_000 - run.calls <= run.details["day"]["left"] < 650_000


@pytest.mark.usefixtures("home")
def test_a_slot_that_a_dead_pull_held_is_freed_by_the_next(box: Sandbox) -> None:
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(limit_name("zendesk"), 1)
        client.increment_concurrency_slots([limit_name("zendesk")], 1, "concurrency")
        assert pull("zendesk", box.url)
        limit = client.read_global_concurrency_limit_by_name(limit_name("zendesk"))
    assert limit.active_slots == 0
