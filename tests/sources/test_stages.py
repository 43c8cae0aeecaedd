"""The stages a deal went through come from the CRM that keeps them, each with its own moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

import sources
from sandbox.clock import Clock
from sandbox.happenings import DealArchived, DealMoved, DealOpened
from sandbox.hubspot.portal import HubSpot
from sandbox.salesforce.org import Salesforce
from sandbox.serve import serve
from tests.sources.nightly import HOUR, NIGHT, Night

CRMS = {"hubspot": (HubSpot, "stage_history"), "salesforce": (Salesforce, "opportunity_history")}


class Sales:
    """A CRM in which deals are opened and moved, and what was pulled of them."""

    def __init__(self, name: str, stack: ExitStack, home: Path) -> None:
        make, self.table = CRMS[name]
        clock = Clock(NIGHT, frozen=True)
        self.vendor: Any = make(clock)
        box = stack.enter_context(serve([self.vendor], clock=clock))
        self.night = Night(sources.load(name), box, home)

    def opened(self, *keys: str) -> None:
        self.vendor.apply_many([DealOpened(key=key, at=self.night.now, name=key) for key in keys])

    def moved(self, key: str, **changes: Any) -> datetime:
        at = self.night.later(HOUR)
        self.vendor.apply(DealMoved(key=key, at=at, changes=changes))
        return at

    def told(self) -> list[tuple[datetime, str]]:
        column = "stage" if self.table == "stage_history" else "stage_name"
        at = "entered_at" if self.table == "stage_history" else "created_date"
        return sorted((row[at], row[column]) for row in self.night.live(self.table).values())


@pytest.fixture(params=CRMS)
def sales(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sales]:
    with ExitStack() as stack:
        yield Sales(request.param, stack, tmp_path)


@pytest.fixture
def hubspot(tmp_path: Path) -> Iterator[Sales]:
    with ExitStack() as stack:
        yield Sales("hubspot", stack, tmp_path)


def test_each_stage_comes_with_the_moment_the_crm_dates_it_with(sales: Sales) -> None:
    sales.opened("d")
    first = sales.moved("d", stage="contractsent")
    second = sales.moved("d", stage="closedwon")
    sales.night.pull()
    assert [at for at, _ in sales.told()] == [NIGHT, first, second]
    third = sales.moved("d", stage="closedlost")
    sales.night.pull()
    assert [at for at, _ in sales.told()] == [NIGHT, first, second, third]


def test_a_deal_that_is_gone_leaves_no_stage_that_lives_on_in_salesforce(sales: Sales) -> None:
    sales.opened("d")
    sales.night.pull()
    sales.vendor.apply(DealArchived(key="d", at=sales.night.later()))
    sales.night.pull()
    assert len(sales.told()) == (1 if sales.table == "stage_history" else 0)


def test_the_past_is_asked_of_changed_deals_alone_and_of_fifty_at_once(hubspot: Sales) -> None:
    hubspot.opened(*(f"d{n}" for n in range(60)))
    hubspot.night.later(timedelta(days=2))
    hubspot.night.pull()
    assert (len(hubspot.told()), pasts(hubspot)) == (60, [50, 10])
    hubspot.moved("d7", stage="closedwon")
    hubspot.night.pull()
    assert (len(hubspot.told()), pasts(hubspot)) == (61, [1])


def test_deals_pulled_before_there_was_a_past_get_theirs_once(hubspot: Sales) -> None:
    hubspot.opened("d")
    hubspot.night.later(timedelta(days=2))
    hubspot.night.pull()
    hubspot.night.shelf.state.pop("stage_history")
    hubspot.night.shelf.tables.pop("stage_history")
    hubspot.night.later(timedelta(days=2))
    hubspot.night.pull()
    assert len(hubspot.told()) == 1
    hubspot.night.later()
    hubspot.night.pull()
    assert pasts(hubspot) == []


def pasts(sales: Sales) -> list[int]:
    """Return how many deals each call of the last pull asked the past of."""
    entries = sales.night.box.journal.read("hubspot", "/deals/batch/read")
    asked = [orjson.loads(entry.body) for entry in entries]
    return [len(one["inputs"]) for one in asked if one["propertiesWithHistory"]]
