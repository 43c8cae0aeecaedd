"""What a page silently leaves out is found by the vendor's own count, and read again.

Each source is pulled the real way beside its twin. Records are hidden on every page of a pull, as
a vendor's own error would hide them, and are shown again when the counting begins.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.ledger import Run, RunState
from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.vendor import discover
from sandbox.world import make
from tests.household import Household
from tests.installation import arrived

FOR_EVER = 0
SEEDS = range(1, 6)
NIGHTS = 3

Where = dict[str, str]

# How a record of each table is hidden: the requests, and what its JSON must have.
HIDDEN: dict[str, dict[str, Where]] = {
    "shopify": {
        table: {"table": table, "body": f"page: {table}(", "having": "{}"}
        for table in ("customers", "orders", "products")
    },
    # From its list and from the log of events at once: either alone would tell of it.
    "stripe": {
        table: {"path": f"/v1/({table}|events)$", "having": '"id":"{}"'}
        for table in ("customers", "charges", "invoices", "subscriptions", "refunds", "disputes")
    },
    "zendesk": {
        table: {"table": table, "path": f"/{table}(/cursor)?$", "having": '"id":{}'}
        for table in (
            "tickets",
            "users",
            "organizations",
            "satisfaction_ratings",
            "ticket_metric_events",
        )
    },
    "hubspot": {
        table: {"table": table, "path": path, "having": '"{}"'}
        for table, path in {
            "contacts": "contacts(/search)?$",
            "companies": "companies(/search)?$",
            "deals": "deals(/search)?$",
            "lists": "lists/search$",
            "email_events": "v1/events$",
        }.items()
    },
}


@contextmanager
def household(source: str, home: Path, people: int = 25, seed: int = 1) -> Iterator[Household]:
    """Serve one vendor in a small world whose clock stands, beside a house."""
    world = make("seeded", people=people, seed=seed)
    with serve([discover()[source]], world, clock=Clock(world.start, frozen=True)) as box:
        yield Household(box, home)


def changed(box: Sandbox, source: str, table: str, since: int) -> list[str]:
    """Return the live records of ``table`` that changed at ``since`` (ms) or later."""
    kept = box.vendors[source].store.collections[table].all()
    return sorted(str(row.id) for row in kept if row.deleted_at is None and row.updated_at >= since)


def hide(
    box: Sandbox, source: str, since: int, each: int, chance: random.Random, most: int = 9
) -> dict[str, list[str]]:
    """Hide up to ``each`` of the changed records of ``most`` tables; return which."""
    hidden: dict[str, list[str]] = {}
    for table, where in list(HIDDEN[source].items())[:most]:
        there = changed(box, source, table, since)
        hidden[table] = chance.sample(there, min(each, len(there)))
        for one in hidden[table]:
            fault = {**where, "having": where["having"].format(one)}
            box.faults.add({"do": "drop_row", "vendor": source, "times": FOR_EVER, **fault})
    return {table: ids for table, ids in hidden.items() if ids}


def lost(house: Household, source: str) -> int:
    """Return how many rows are missing or old: what reading everything again brings."""
    house.rows.pull(source, full=True)
    return sum(new + edited for new, edited, _ in arrived(house.rows.pulled).values())


def verdicts(run: Run) -> dict[str, Any]:
    return {f"{one.how} {one.table}": one.is_complete for one in run.counts}


@pytest.mark.parametrize("source", HIDDEN)
def test_what_a_first_night_leaves_out_is_found_and_read_again(source: str, tmp_path: Path) -> None:
    with household(source, tmp_path) as house:
        hide(house.box, source, 0, 1, random.Random(1), most=2)
        run = house.pull(source, before_counting=house.box.faults.clear)
        assert run.state is RunState.SUCCEEDED
        assert set(verdicts(run).values()) == {True}
        assert any(one.healed for one in run.counts)
        assert house.rows.untrue(source) == {}


@pytest.mark.proof
@pytest.mark.parametrize("source", HIDDEN)
def test_without_counting_it_would_have_stayed_lost(source: str, tmp_path: Path) -> None:
    with household(source, tmp_path) as house:
        hidden = hide(house.box, source, 0, 1, random.Random(1))
        house.rows.pull(source)
        house.box.faults.clear()
        assert lost(house, source) >= len(hidden)


@pytest.mark.proof
@pytest.mark.parametrize("source", HIDDEN)
def test_at_least_99_in_100_losses_are_found(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    injected = missed = alarms = 0
    for seed in SEEDS:
        chance = random.Random(seed)
        with household(source, tmp_path / str(seed), people=40, seed=seed) as house:
            since = 0
            for _ in range(NIGHTS):
                hidden = hide(house.box, source, since, 4, chance)
                since = house.box.vendors[source].millis()
                run = house.pull(source, before_counting=house.box.faults.clear)
                injected += sum(map(len, hidden.values()))
                missed += lost(house, source)
                alarms += sum(not one for one in verdicts(run).values())
                house.box.evolve(nights=1)
    with capsys.disabled():
        print(f"\n{source}: {injected - missed} of {injected} losses found, {alarms} false alarms")  # noqa: T201 - the figure is the proof
    assert injected >= 100
    assert missed <= injected / 100
    assert alarms == 0
