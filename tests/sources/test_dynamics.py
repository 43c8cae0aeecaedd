"""What the Dynamics connector promises, told against the sandbox's environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import VendorBusyError, VendorRefusedError
from core.pull import Pull
from core.settings import load
from sandbox.clock import Clock
from sandbox.dynamics.environment import Dynamics
from sandbox.dynamics.records import guid
from sandbox.happenings import (
    CaseOpened,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealOpened,
    LeadConverted,
    LeadJoined,
)
from sandbox.serve import Sandbox, serve
from sources.dynamics import DynamicsSettings, connector, counts
from sources.dynamics.rows import gone, is_choice, row
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Night:
    """One sandbox environment, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, ShapedShelf(home)
        self.twin: Any = box.vendors["dynamics"]

    def pull(self, *, settings: dict[str, str] | None = None, **span: Any) -> ShapedShelf:
        self.box.journal.clear()
        given = load(DynamicsSettings, {**self.box.environment, **(settings or {})})
        self.shelf.pull(connector, given, self.box.clock, **span)
        return self.shelf

    def asked(self, what: str, table: str = "contacts") -> int:
        entries = self.box.journal.read("dynamics", f"/{table}")
        return sum(what in str(one.query) for one in entries)

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.box.clock.now()


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([Dynamics(clock, **vendor)], clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def people(count: int, at: datetime = NIGHT - DAY) -> list[ContactJoined]:
    return [
        ContactJoined(key=f"p{n}", at=at + n * MINUTE, last_name=f"N{n}", email=f"p{n}@x.example")
        for n in range(count)
    ]


def who(key: str) -> str:
    return guid("contacts", key)


def test_every_page_is_read_and_the_delta_link_of_the_last_one_kept(opened: Open) -> None:
    night = opened(page_size=3)
    night.box.happen(*people(10))
    held = night.pull()
    assert len(held.live("contacts")) == 10
    assert night.asked("$skiptoken") == 3
    assert "$deltatoken" in held.state["contacts"]


def test_a_delta_tells_what_changed_came_and_went(night: Night) -> None:
    night.box.happen(*people(10))
    night.pull()
    at = night.later()
    night.box.happen(
        ContactEdited(key="p1", at=at, changes={"first_name": "Ada"}),
        ContactArchived(key="p2", at=at),
        ContactJoined(key="new", at=at, last_name="New"),
        ContactJoined(key="blink", at=at, last_name="Blink"),
        ContactErased(key="blink", at=at),
    )
    held = night.pull()
    assert held.live("contacts")[who("p1")]["firstname"] == "Ada"
    assert who("new") in held.live("contacts")
    assert set(held.gone("contacts")) == {who("p2")}
    assert held.gone("contacts")[who("p2")]["emailaddress1"] == "p2@x.example"
    assert night.asked("$filter=") == 0
    night.box.happen(ContactRestored(key="p2", at=night.later()))
    assert who("p2") in night.pull().live("contacts")


def test_a_change_that_an_import_dated_back_arrives_with_the_delta(night: Night) -> None:
    night.box.happen(*people(3, NIGHT - 30 * DAY))
    night.pull()
    night.later()
    night.twin.backdated("contacts", who("p1"), {"firstname": "Imported"})
    assert night.pull().live("contacts")[who("p1")]["firstname"] == "Imported"


def test_a_merged_contact_is_still_there_and_ends_with_us_as_its_winner(night: Night) -> None:
    night.box.happen(*people(3), CaseOpened(key="c", at=NIGHT - HOUR, contact="p1"))
    night.pull()
    night.box.happen(ContactsMerged(key="p0", loser="p1", at=night.later()))
    night.later(HOUR)
    held = night.pull()
    assert held.gone("contacts")[who("p1")]["merged_into"] == who("p0")
    (case,) = held.live("incidents").values()
    assert case["_primarycontactid_value"] == who("p0")
    night.later()
    assert night.pull().changed == 0


@pytest.mark.parametrize("refuses", [False, True])
def test_a_token_that_expired_before_we_thought_resurrects_nobody(
    opened: Open, *, refuses: bool
) -> None:
    night = opened(delta_days=1, refuses_expired=refuses)
    night.box.happen(*people(10))
    night.pull()
    at = night.later()
    night.box.happen(ContactErased(key="p1", at=at), ContactErased(key="p2", at=at))
    night.later(3 * DAY)
    held = night.pull()
    assert held.failures == {}
    assert set(held.gone("contacts")) == {who("p1"), who("p2")}
    assert night.asked("$deltatoken") == 1


def uncountable(night: Night) -> None:
    """Let the environment say what it says of more records than it counts."""
    night.twin.kept["contacts"].count = lambda *_: 7_000


def test_an_answer_as_large_as_the_table_is_checked_where_nobody_can_count(opened: Open) -> None:
    night = opened(delta_days=1)
    uncountable(night)
    night.box.happen(*people(10))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    night.later(3 * DAY)
    assert set(night.pull().gone("contacts")) == {who("p1")}
    assert night.asked("contactid eq") == 1


def test_a_link_older_than_its_days_is_not_followed(night: Night) -> None:
    night.box.happen(*people(4))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    night.later(7 * DAY)
    held = night.pull()
    assert night.asked("$deltatoken") == 0
    assert set(held.gone("contacts")) == {who("p1")}


def test_a_table_without_change_tracking_is_read_by_its_stamp_with_overlap(opened: Open) -> None:
    night = opened(untracked=("contacts",))
    night.box.happen(*people(20))
    assert night.pull().failures == {}
    assert len(night.shelf.live("contacts")) == 20
    at = night.later()
    night.box.happen(
        ContactEdited(key="p1", at=at, changes={"first_name": "Ada"}),
        ContactErased(key="p2", at=at),
    )
    night.later(HOUR)
    held = night.pull()
    assert held.live("contacts")[who("p1")]["firstname"] == "Ada"
    assert set(held.gone("contacts")) == {who("p2")}
    late = NIGHT + DAY - 30 * MINUTE
    night.box.happen(ContactJoined(key="late", at=late, last_name="Late"))
    night.later(HOUR)
    night.box.happen(ContactErased(key="p3", at=night.later(HOUR)))
    assert who("late") in night.pull().live("contacts")


def test_a_record_that_slipped_out_of_a_page_is_found_by_the_count(night: Night) -> None:
    night.box.happen(*people(5))
    night.box.faults.add({"do": "drop_row", "table": "contacts", "row": 2, "path": "/contacts"})
    held = night.pull()
    assert held.failures == {}
    assert len(held.live("contacts")) == 5


def test_a_table_too_large_to_count_is_swept_once_a_week(night: Night) -> None:
    uncountable(night)
    night.box.happen(*people(5))
    night.box.faults.add({"do": "drop_row", "table": "contacts", "row": 2, "path": "/contacts"})
    assert len(night.pull().live("contacts")) == 4
    night.later(4 * DAY)
    assert len(night.pull().live("contacts")) == 4
    night.later(4 * DAY)
    assert len(night.pull().live("contacts")) == 5


def test_a_dead_token_is_asked_for_anew_in_the_middle(opened: Open) -> None:
    night = opened(page_size=2)
    night.box.happen(*people(7))
    night.box.faults.add({"do": "expire_tokens", "after": 2, "path": "/api/data/"})
    held = night.pull()
    assert held.failures == {}
    assert len(held.live("contacts")) == 7
    night.later(2 * HOUR)
    night.pull()
    tokens = night.box.journal.read("dynamics", "/oauth2/v2.0/token")
    assert len(tokens) == 1
    assert night.box.journal.counts()["dynamics"].get(401, 0) == 0


def test_a_night_keeps_within_the_requests_of_five_minutes(opened: Open) -> None:
    night = opened(per_window=12, page_size=2)
    night.box.happen(*people(20))
    held = night.pull()
    assert held.failures == {}
    assert len(held.live("contacts")) == 20
    assert held.meter.throttled_seconds > 0


def test_an_opportunity_has_its_currency_and_its_contact_and_a_lead_its_contact(
    night: Night,
) -> None:
    at = NIGHT - DAY
    night.box.happen(
        *people(2, at),
        CompanyJoined(key="k", at=at, name="K"),
        DealOpened(key="d", at=at + HOUR, name="D", amount=500, currency="JPY", contacts=("p0",)),
        LeadJoined(key="l", at=at, last_name="Lead"),
        LeadConverted(key="l", at=at + HOUR, contact="p0"),
        CaseOpened(key="c", at=at + HOUR, company="k"),
    )
    held = night.pull()
    (deal,) = held.live("opportunities").values()
    assert (deal["estimatedvalue"], deal["isocurrencycode"]) == (500.0, "JPY")
    assert deal["_parentcontactid_value"] == who("p0")
    (lead,) = held.live("leads").values()
    assert (lead["statecode"], lead["statecode_label"]) == (1, "Qualified")
    assert lead["_parentcontactid_value"] == who("p0")
    (case,) = held.live("incidents").values()
    assert case["_customerid_value_type"] == "account"


def test_the_environment_counts_what_we_hold_whole_and_in_a_window(
    opened: Open, tmp_path: Path
) -> None:
    night = opened(count_ends_at=5_000)
    night.box.happen(*people(30, NIGHT - 3 * DAY), ContactsMerged(key="p0", loser="p3", at=NIGHT))
    held = night.pull()
    given = load(DynamicsSettings, night.box.environment)
    asked = counts(given, Pull(home=tmp_path, clock=Patience(night.box.clock)))["contacts"]
    start, end = NIGHT - 3 * DAY + 5 * MINUTE, NIGHT - 3 * DAY + 9 * MINUTE
    stamps = [found[asked.column or ""] for found in held.live("contacts").values()]
    assert asked.ask(None, None) == len(stamps) == 29
    assert asked.ask(start, end) == sum(start <= at < end for at in stamps) == 4


def test_where_counting_ends_there_is_no_count(night: Night, tmp_path: Path) -> None:
    uncountable(night)
    given = load(DynamicsSettings, night.box.environment)
    asked = counts(given, Pull(home=tmp_path, clock=Patience(night.box.clock)))["contacts"]
    assert asked.ask(None, None) is None


def test_a_window_reads_its_days_and_buries_nobody(night: Night) -> None:
    night.box.happen(*people(30, NIGHT - 3 * DAY))
    night.pull()
    kept = dict(night.shelf.state)
    night.twin.backdated("contacts", who("p7"), {"firstname": "Ada"})
    night.later()
    since = NIGHT - 3 * DAY
    held = night.pull(since=since, until=since + 10 * MINUTE)
    assert held.state == kept
    assert held.live("contacts")[who("p7")]["firstname"] == "Ada"
    assert held.gone("contacts") == {}


def test_a_full_pull_finds_who_is_gone(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    assert set(night.pull(full=True).gone("contacts")) == {who("p1")}


def test_a_refusal_that_is_not_about_change_tracking_is_told(night: Night) -> None:
    night.box.happen(*people(1))
    night.box.faults.add({"do": "status", "status": 400, "path": "/contacts"})
    assert isinstance(night.pull().failures["contacts"], VendorRefusedError)


def test_a_table_that_the_environment_lacks_can_be_left_out(night: Night) -> None:
    given = load(DynamicsSettings, {**night.box.environment, "DYNAMICS_SKIP": "tasks"})
    assert {s.table for s in connector.build(given, Pull())} == set(connector.tables) - {"tasks"}


def test_annotations_become_columns_and_numbers_stay_numbers() -> None:
    label = "OData.Community.Display.V1.FormattedValue"
    found = row(
        {
            "@odata.etag": 'W/"1"',
            "statecode": 1,
            f"statecode@{label}": "Inactive",
            "numberofemployees": 1200,
            f"numberofemployees@{label}": "1,200",
            "_customerid_value": "g",
            "_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "account",
        }
    )
    assert found == {
        "statecode": 1,
        "statecode_label": "Inactive",
        "numberofemployees": 1200,
        "_customerid_value": "g",
        "_customerid_value_type": "account",
    }
    assert not is_choice(12.5, "twelve")


@pytest.mark.parametrize(
    ("record", "own"),
    [
        ({"@odata.context": "x/$metadata#contacts/$deletedEntity", "id": "g"}, "g"),
        ({"id": "g", "reason": "deleted"}, "g"),
        ({"contactid": "g"}, ""),
        ({"@odata.context": None, "reason": ["deleted"]}, ""),
    ],
)
def test_a_deletion_in_a_delta_is_known_by_its_form(record: dict[str, Any], own: str) -> None:
    assert gone(record) == own


def test_an_answer_without_records_is_no_empty_one(night: Night) -> None:
    night.box.faults.add({"do": "empty", "path": "/contacts", "times": 0})
    assert isinstance(night.pull().failures["contacts"], VendorBusyError)
