"""Owners have names: who works there is read, and where it may not be, the rest still is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sources
from sandbox.clock import Clock, millis
from sandbox.dynamics.environment import Dynamics
from sandbox.freshdesk.api import Freshdesk
from sandbox.happenings import DealMoved, DealOpened, UserJoined
from sandbox.hubspot.portal import HubSpot
from sandbox.hubspot.records import owner_id
from sandbox.intercom.api import Intercom
from sandbox.serve import serve
from sandbox.vendor import Vendor
from tests.sources.nightly import NIGHT, Night

ANA = "ana@daybreak.example"
LISTS = {
    "hubspot": (HubSpot, "owners", "/owners", "first_name", "Ana"),
    "freshdesk": (Freshdesk, "agents", "/agents", "contact__name", "Ana Arnold"),
    "intercom": (Intercom, "admins", "/admins", "name", "Ana Arnold"),
}
STAFF = [
    DealOpened(key="d", at=NIGHT, name="Big", owner=ANA),
    UserJoined(key="ana", at=NIGHT, name="Ana Arnold", email=ANA, role="agent"),
    UserJoined(key="eve", at=NIGHT, name="Eve", email="eve@firm.example"),
]


def told(vendor: Vendor) -> Vendor:
    vendor.apply_many([fact for fact in STAFF if fact.system == vendor.system])
    return vendor


@pytest.mark.parametrize("name", LISTS)
def test_who_works_there_is_read_by_name(name: str, tmp_path: Path) -> None:
    make, table, _, column, called = LISTS[name]
    clock = Clock(NIGHT, frozen=True)
    with serve([told(make(clock))], clock=clock) as box:
        night = Night(sources.load(name), box, tmp_path)
        night.pull()
        assert [row[column] for row in night.live(table).values()] == [called]


@pytest.mark.parametrize("name", LISTS)
def test_a_key_that_may_not_see_them_still_reads_the_rest(name: str, tmp_path: Path) -> None:
    make, table, path, _, _ = LISTS[name]
    clock = Clock(NIGHT, frozen=True)
    with serve([told(make(clock))], clock=clock) as box:
        box.faults.add({"do": "status", "status": 403, "path": f"{path}$", "times": 0})
        night = Night(sources.load(name), box, tmp_path)
        night.pull()
        assert night.failures == {}
        assert night.live(table) == {}
        assert night.live("deals" if name == "hubspot" else "contacts")


@pytest.mark.parametrize("name", ["freshdesk", "intercom"])
def test_who_left_is_told_gone_and_keeps_a_name(name: str, tmp_path: Path) -> None:
    make, table, _, column, called = LISTS[name]
    clock = Clock(NIGHT, frozen=True)
    vendor: Any = told(make(clock))
    with serve([vendor], clock=clock) as box:
        night = Night(sources.load(name), box, tmp_path)
        night.pull()
        (own,) = (row.id for row in vendor.kept[table].all())
        vendor.kept[table].edit(own, {}, millis(night.later()), deleted_at=millis(night.now))
        night.pull()
        assert [row[column] for row in night.gone(table).values()] == [called]


def test_an_owner_who_left_hubspot_is_named_by_the_archived_list(tmp_path: Path) -> None:
    clock = Clock(NIGHT, frozen=True)
    vendor: Any = told(HubSpot(clock))
    vendor.owners.edit(owner_id(ANA), {}, millis(NIGHT), deleted_at=millis(NIGHT))
    with serve([vendor], clock=clock) as box:
        night = Night(sources.load("hubspot"), box, tmp_path)
        night.pull()
        assert [row["first_name"] for row in night.gone("owners").values()] == ["Ana"]
        assert night.live("owners") == {}


def test_dynamics_names_an_owner_in_the_record_itself(tmp_path: Path) -> None:
    clock = Clock(NIGHT, frozen=True)
    vendor = Dynamics(clock)
    vendor.apply(STAFF[0])
    with serve([vendor], clock=clock) as box:
        night = Night(sources.load("dynamics"), box, tmp_path)
        night.pull()
        assert owners(night) == ["Ana"]
        vendor.apply(
            DealMoved(key="d", at=night.later(), changes={"owner": "ben@daybreak.example"})
        )
        night.pull()
        assert owners(night) == ["Ben"]


def owners(night: Night) -> list[str]:
    return [row["_ownerid_value_label"] for row in night.live("opportunities").values()]
