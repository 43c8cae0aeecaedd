"""The day on which a contact was born comes out of each CRM as it keeps it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import sources
from sandbox.clock import Clock
from sandbox.dynamics.environment import Dynamics
from sandbox.happenings import ContactEdited, ContactJoined
from sandbox.hubspot.portal import HubSpot
from sandbox.salesforce.org import Salesforce
from sandbox.serve import serve
from sandbox.vendor import Vendor
from sandbox.zoho.api import Zoho
from tests.sources.nightly import NIGHT, Night

COLUMNS = {
    "hubspot": (HubSpot, "properties__date_of_birth", "14 March 1985"),
    "salesforce": (Salesforce, "birthdate", "1985-03-14"),
    "zoho": (Zoho, "date_of_birth", "1985-03-14"),
    "dynamics": (Dynamics, "birthdate", "1985-03-14"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_birth_comes_along_and_goes_when_it_is_taken_back(name: str, tmp_path: Path) -> None:
    make, column, told = COLUMNS[name]
    clock = Clock(NIGHT, frozen=True)
    vendor: Vendor = make(clock)
    vendor.apply(ContactJoined(key="ada", at=NIGHT, last_name="L", born=date(1985, 3, 14)))
    vendor.apply(ContactJoined(key="bob", at=NIGHT, last_name="B"))
    with serve([vendor], clock=clock) as box:
        night = Night(sources.load(name), box, tmp_path)
        night.pull()
        assert sorted(map(str, births(night, column))) == sorted(["None", told])
        vendor.apply(ContactEdited(key="ada", at=night.later(), changes={"born": None}))
        night.later()
        night.pull()
        assert births(night, column) == [None, None]


def births(night: Night, column: str) -> list[object]:
    return [row.get(column) for row in night.live("contacts").values()]
