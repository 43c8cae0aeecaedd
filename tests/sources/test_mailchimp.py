"""What the Mailchimp connector promises, told against the sandbox's Mailchimp."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.pull import Pull
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ListCreated,
    ListJoined,
    ListLeft,
    MailEvent,
)
from sandbox.mailchimp.api import Mailchimp
from sandbox.mailchimp.parts import contact_id, hexed
from sandbox.serve import Sandbox, serve
from sources.mailchimp import MailchimpSettings, connector, counts
from sources.mailchimp.activity import acts
from sources.mailchimp.roll import LOOK_UPS
from sources.mailchimp.times import including, moment
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERYBODY = hexed("list", "everybody")
MEMBERS = f"/3.0/lists/{EVERYBODY}/members"


class Night:
    """One sandbox Mailchimp, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, ShapedShelf(home)
        self.settings = load(MailchimpSettings, box.environment)
        self.vendor: Any = box.vendors["mailchimp"]

    @property
    def now(self) -> datetime:
        return self.box.clock.now()

    def pull(self, **options: Any) -> None:
        self.box.journal.clear()
        self.shelf.meter.calls = 0
        self.shelf.pull(connector, self.settings, self.box.clock, **options)

    def asked(self, path: str) -> list[dict[str, list[str]]]:
        return [entry.query for entry in self.box.journal.read("mailchimp", path)]

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.now

    def members(self) -> dict[str, dict[str, Any]]:
        rows = self.shelf.tables.get("members", {}).values()
        return {row["contact_id"]: row for row in rows if row["deleted_at"] is None}

    def gone(self) -> dict[str, dict[str, Any]]:
        rows = self.shelf.tables.get("members", {}).values()
        return {row["contact_id"]: row for row in rows if row["deleted_at"] is not None}

    def activity(self) -> list[tuple[str, str]]:
        rows = self.shelf.tables.get("email_activity", {}).values()
        return sorted((row["action"], row["email_address"]) for row in rows)


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([Mailchimp(clock, **vendor)], clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def people(count: int, at: datetime = NIGHT - DAY, *, every: float = 1) -> list[ContactJoined]:
    return [
        ContactJoined(key=f"p{n}", at=at + timedelta(seconds=n * every), email=f"p{n}@x.example")
        for n in range(count)
    ]


def mail(kind: str, at: datetime, *, to: str = "p0", campaign: str = "news") -> MailEvent:
    key = f"{kind} {to} {campaign} {at}"
    return MailEvent(
        key=key, at=at, kind=kind, email=f"{to}@x.example", campaign=campaign, contact=to
    )


def test_members_of_every_status_arrive(opened: Open) -> None:
    night = opened(hard_bounces=True)
    night.box.happen(
        *people(4),
        ContactEdited(key="p1", at=NIGHT - HOUR, changes={"opted_out": True}),
        ContactArchived(key="p2", at=NIGHT - HOUR),
        mail("bounce", NIGHT - HOUR, to="p3"),
    )
    night.pull()
    said = {row["email_address"][:2]: row["status"] for row in night.members().values()}
    assert said == {"p0": "subscribed", "p1": "unsubscribed", "p2": "archived", "p3": "cleaned"}


def test_more_members_than_a_page_holds_arrive_though_they_share_a_second(night: Night) -> None:
    night.box.happen(*people(1250, every=0))
    night.pull()
    assert len(night.members()) == 1250
    offsets = {query["offset"][0] for query in night.asked(MEMBERS) if "offset" in query}
    assert offsets == {"0", "950"}


def test_pages_go_on_from_the_last_change_and_not_by_offset(night: Night) -> None:
    night.box.happen(*people(1250))
    night.pull()
    assert len(night.members()) == 1250
    assert {query["offset"][0] for query in night.asked(MEMBERS) if "offset" in query} == {"0"}


def test_a_member_deleted_while_pages_are_read_costs_no_other(night: Night) -> None:
    night.box.happen(*people(1250))
    said = [{"what": "ContactErased", "key": f"p{n}"} for n in range(3)]
    night.box.faults.add({"do": "happen", "path": MEMBERS, "after": 1, "happenings": said})
    night.pull()
    assert len(night.members()) == 1247


def test_what_changes_in_the_very_second_of_a_pull_is_not_lost(night: Night) -> None:
    night.box.happen(*people(2))
    night.box.happen(ContactEdited(key="p0", at=night.now, changes={"first_name": "Ada"}))
    night.pull()
    night.box.happen(ContactEdited(key="p1", at=night.now, changes={"first_name": "Bob"}))
    night.later()
    night.pull()
    assert {row["merge_fields__fname"] for row in night.members().values()} == {"Ada", "Bob"}


def test_a_status_that_changes_while_we_read_is_found_the_next_night(night: Night) -> None:
    night.box.happen(*people(3))
    back = {"what": "ContactEdited", "key": "p0", "changes": {"opted_out": False}}
    night.box.happen(ContactEdited(key="p0", at=NIGHT - HOUR, changes={"opted_out": True}))
    # From unsubscribed to subscribed, once the subscribed have been read.
    night.box.faults.add(
        {"do": "happen", "path": MEMBERS, "query": "unsubscribed", "happenings": [back]}
    )
    night.pull()
    night.later()
    night.pull()
    assert {row["status"] for row in night.members().values()} == {"subscribed"}


def test_a_member_keeps_its_row_when_its_address_changes(night: Night) -> None:
    night.box.happen(*people(1))
    night.pull()
    before = night.members()[contact_id("p0")]["id"]
    night.box.happen(ContactEdited(key="p0", at=night.later(), changes={"email": "Ada@x.example"}))
    night.pull()
    row = night.members()[contact_id("p0")]
    assert row["email_address"] == "Ada@x.example"
    assert row["id"] != before
    assert len(night.shelf.tables["members"]) == 1


def test_an_archived_member_stays_and_a_restored_one_is_as_subscribed_as_before(
    night: Night,
) -> None:
    night.box.happen(*people(1))
    night.pull()
    night.box.happen(ContactArchived(key="p0", at=night.later()))
    night.pull()
    assert night.members()[contact_id("p0")]["status"] == "archived"
    night.box.happen(ContactRestored(key="p0", at=night.later()))
    night.pull()
    assert night.members()[contact_id("p0")]["status"] == "subscribed"


def test_a_permanent_deletion_is_told_by_the_count_and_by_a_look_up(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    night.pull()
    assert set(night.gone()) == {contact_id("p1")}
    assert night.gone()[contact_id("p1")]["email_address"] == "p1@x.example"
    assert len(night.asked(f"{MEMBERS}/")) == 1
    night.later()
    night.pull()
    assert night.asked(f"{MEMBERS}/") == []


def test_many_deletions_are_told_by_a_second_reading(night: Night) -> None:
    many = LOOK_UPS + 1
    night.box.happen(*people(many + 2))
    night.pull()
    at = night.later()
    night.box.happen(*(ContactErased(key=f"p{n}", at=at) for n in range(many)))
    night.pull()
    assert set(night.gone()) == {contact_id(f"p{n}") for n in range(many)}
    assert night.asked(f"{MEMBERS}/") == []


def test_a_row_a_page_left_out_is_found_and_never_taken_for_deleted(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    lost = contact_id("p3")
    night.box.faults.add({"do": "drop_row", "table": "members", "having": lost, "times": 0})
    night.pull()
    assert set(night.gone()) == {contact_id("p1")}
    night.box.happen(ContactJoined(key="new", at=night.later(), email="new@x.example"))
    night.box.faults.clear()
    night.box.faults.add({"do": "drop_row", "table": "members", "having": contact_id("new")})
    night.pull()
    assert contact_id("new") in night.members()


def test_a_quiet_night_costs_two_calls_a_status_and_reads_nobody(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.later()
    night.pull()
    assert night.shelf.changed == 0
    assert night.shelf.meter.calls == 2 + 6 + 6 + 2


def test_a_count_that_is_never_ours_does_not_read_everybody_each_night(night: Night) -> None:
    night.box.happen(*people(5))
    keyless = {"table": "members", "field": "contact_id", "having": contact_id("p2"), "times": 0}
    night.box.faults.add({"do": "drop_field", **keyless})
    night.pull()
    calls = night.shelf.meter.calls
    night.later()
    night.pull()
    assert night.shelf.meter.calls < calls
    assert night.gone() == {}


def test_each_list_may_be_an_audience_and_one_person_is_a_member_of_each(opened: Open) -> None:
    night = opened(audiences=True)
    night.box.happen(
        *people(2),
        ListCreated(key="vip", at=NIGHT - HOUR, name="VIP"),
        *(ListJoined(key="vip", at=NIGHT - HOUR, contact=f"p{n}") for n in range(2)),
        ListLeft(key="vip", at=NIGHT - HOUR, contact="p1"),
    )
    night.pull()
    statuses: dict[str, set[str]] = {key[0]: set() for key in night.shelf.tables["members"]}
    for key, row in night.shelf.tables["members"].items():
        statuses[key[0]].add(row["status"])
    vip = hexed("list", "vip")
    assert statuses == {EVERYBODY: {"subscribed"}, vip: {"subscribed", "unsubscribed"}}
    night.vendor.delete_audience("vip", night.later())
    night.pull()
    assert set(night.shelf.gone("audiences")) == {vip}
    assert {key[0] for key in night.shelf.keys("members", deleted=True)} == {vip}
    assert len(night.members()) == 2


def test_an_audience_that_a_page_left_out_is_not_taken_for_deleted(night: Night) -> None:
    night.box.happen(*people(2))
    night.pull()
    night.later()
    night.box.faults.add({"do": "drop_row", "table": "audiences", "times": 0})
    night.pull()
    assert set(night.shelf.live("audiences")) == {EVERYBODY}
    assert len(night.members()) == 2


def test_activity_arrives_once_a_thing_that_happened(night: Night) -> None:
    at = NIGHT - HOUR
    night.box.happen(*people(2), mail("sent", at), mail("open", at), mail("click", at))
    twice = [
        MailEvent(key=k, at=at, kind="click", email="p1@x.example", campaign="news", contact="p1")
        for k in ("a", "b")
    ]
    night.box.happen(*twice)
    night.pull()
    both = ("click", "p1@x.example")
    assert night.activity() == [("click", "p0@x.example"), both, both, ("open", "p0@x.example")]
    night.later()
    night.pull()
    assert len(night.activity()) == 4


def test_a_bounce_that_is_reported_late_is_found_while_the_campaign_is_young(night: Night) -> None:
    night.box.happen(*people(2), mail("sent", NIGHT - DAY), mail("open", NIGHT - HOUR, to="p1"))
    night.pull()
    night.later()
    night.box.happen(mail("bounce", NIGHT - HOUR))
    night.pull()
    assert ("bounce", "p0@x.example") in night.activity()


def test_an_old_campaign_is_read_again_only_when_its_figures_moved(night: Night) -> None:
    long_ago = NIGHT - 40 * DAY
    night.box.happen(
        *people(2, long_ago),
        *(mail("open", long_ago + HOUR, campaign=name) for name in ("old", "forgotten")),
    )
    night.pull()
    night.box.happen(mail("open", night.later(), to="p1", campaign="old"))
    night.pull()
    assert ("open", "p1@x.example") in night.activity()
    assert len(night.asked(f"/3.0/reports/{hexed('campaign', 'old')}")) == 1
    assert night.asked(f"/3.0/reports/{hexed('campaign', 'forgotten')}") == []


def test_activity_that_could_not_be_read_is_read_the_next_night(night: Night) -> None:
    long_ago = NIGHT - 40 * DAY
    night.box.happen(*people(1, long_ago), mail("open", long_ago + HOUR))
    night.box.faults.add({"do": "status", "status": 500, "path": "email-activity", "times": 6})
    night.pull()
    assert isinstance(night.shelf.failures["reports"], VendorBusyError)
    assert night.activity() == []
    night.later()
    night.pull()
    assert night.activity() == [("open", "p0@x.example")]


def test_a_window_brings_what_changed_in_it_and_moves_no_cursor(night: Night) -> None:
    night.box.happen(*people(3), mail("open", NIGHT - HOUR), mail("open", NIGHT - 9 * DAY))
    night.pull()
    kept = dict(night.shelf.state)
    night.shelf.tables.clear()
    first = NIGHT - DAY + timedelta(seconds=1)
    night.pull(since=first, until=first + timedelta(seconds=1))
    assert set(night.members()) == {contact_id("p1")}
    assert night.activity() == []
    night.pull(since=NIGHT - 2 * HOUR, until=NIGHT)
    assert len(night.activity()) == 1
    assert night.shelf.state == kept


def test_its_counts_are_ours_after_a_pull(night: Night) -> None:
    night.box.happen(*people(7), ContactArchived(key="p6", at=NIGHT - HOUR), mail("open", NIGHT))
    night.pull()
    asked = counts(night.settings, Pull(home=night.shelf.home, clock=Patience(night.box.clock)))
    whole = {table: one.ask(None, None) for table, one in asked.items()}
    assert whole == {table: night.shelf.count(table) for table in asked}
    start, end = NIGHT - DAY + timedelta(seconds=2), NIGHT - DAY + timedelta(seconds=5)
    inside = [row for row in night.members().values() if start <= row["last_changed"] < end]
    assert asked["members"].column == "last_changed"
    assert asked["members"].ask(start, end) == len(inside) == 3


def test_a_bare_403_is_waited_out_and_one_in_json_is_a_refusal(opened: Open) -> None:
    night = opened(volume=(9, 10))
    night.box.happen(*people(3))
    night.pull()
    assert night.shelf.failures == {}
    assert night.shelf.meter.throttled_seconds > 0
    night.box.faults.add({"do": "status", "status": 403, "path": MEMBERS, "times": 0})
    night.later()
    night.pull()
    assert isinstance(night.shelf.failures["members"], VendorRefusedError)


def test_the_key_names_the_data_centre() -> None:
    settings = load(MailchimpSettings, {"MAILCHIMP_API_KEY": "0123-us21"})
    assert settings.url() == "https://us21.api.mailchimp.com"
    token = {"MAILCHIMP_ACCESS_TOKEN": "t", "MAILCHIMP_SERVER": "us7"}
    assert load(MailchimpSettings, token).url() == "https://us7.api.mailchimp.com"


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"MAILCHIMP_SERVER": "us1"}, "MAILCHIMP_API_KEY"),
        ({"MAILCHIMP_API_KEY": "nodash"}, "MAILCHIMP_SERVER"),
        ({"MAILCHIMP_ACCESS_TOKEN": "t"}, "MAILCHIMP_SERVER"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigError, match=f"set {variable}"):
        load(MailchimpSettings, given)


def test_activities_of_one_second_get_the_same_numbers_in_whatever_order_they_come() -> None:
    at = "2026-01-05T02:00:00+00:00"
    told = [{"action": "click", "timestamp": at, "url": url} for url in ("b", "a", "c")]
    email = {"campaign_id": "c", "email_id": "e", "activity": told}
    numbered = {row["url"]: row["nth"] for row in acts(email, {})}
    assert numbered == {"a": 0, "b": 1, "c": 2}
    assert numbered == {
        row["url"]: row["nth"] for row in acts({**email, "activity": told[::-1]}, {})
    }


def test_a_filter_is_asked_a_second_earlier_because_it_leaves_its_own_out() -> None:
    assert including(NIGHT) == "2026-01-05T01:59:59+00:00"
    assert moment("") is None
    assert moment("2026-01-05T02:00:00+00:00") == NIGHT
