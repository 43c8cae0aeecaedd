"""What the WuKong CRM connector promises, told against the sandbox's WuKong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.meter import Meter
from core.pull import Pull
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactJoined,
    DealOpened,
    Happening,
    LeadConverted,
    LeadJoined,
    TaskPlanned,
    TaskUpdated,
    to_json,
)
from sandbox.serve import Sandbox, serve
from sandbox.wukong.api import Caps, Wukong
from sandbox.wukong.records import custom, record_id
from sources.wukong import WukongSettings, connector
from sources.wukong.api import CodeError, is_busy
from sources.wukong.rows import Shape
from sources.wukong.times import changes, local, moment
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 18, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CHINA = timezone(timedelta(hours=8))
LISTED = "/crmContacts/queryPageList"


class Night:
    """One sandbox WuKong, one shelf, and our hour."""

    def __init__(self, box: Sandbox, shelf: ShapedShelf) -> None:
        self.box, self.shelf = box, shelf
        self.settings = load(WukongSettings, box.environment)

    @property
    def crm(self) -> Wukong:
        vendor = self.box.vendors["wukong"]
        assert isinstance(vendor, Wukong)
        return vendor

    def set(self, **settings: str) -> None:
        self.settings = load(WukongSettings, {**self.box.environment, **settings})

    def pull(self, **options: Any) -> ShapedShelf:
        self.box.journal.clear()
        self.shelf.pull(connector, self.settings, self.box.clock, **options)
        return self.shelf

    def calls(self, path: str) -> int:
        return len(self.box.journal.read("wukong", path))

    def later(self, *facts: Happening, by: timedelta = DAY) -> None:
        self.box.clock.advance(by.total_seconds())
        self.box.happen(*facts)

    def counted(
        self, table: str, since: datetime | None = None, until: datetime | None = None
    ) -> int:
        pull = Pull(self.shelf.home, Patience(self.box.clock), Meter(), self.shelf)
        found = connector.counts(self.settings, pull)[table].ask(since, until)
        assert found is not None
        return found


Open = Callable[..., Night]


@pytest.fixture
def opened(shelf: ShapedShelf) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(*facts: Happening, **vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([Wukong(clock, **vendor)], clock=clock))
            box.happen(*facts)
            return Night(box, shelf)

        yield start


def contact(key: str, at: datetime = NIGHT - DAY, **more: Any) -> ContactJoined:
    return ContactJoined(key=key, at=at, last_name=key, email=f"{key}@x.example", **more)


def crowd(
    count: int, at: datetime = NIGHT - DAY, every: timedelta = timedelta()
) -> list[Happening]:
    return [contact(f"c{n}", at + n * every) for n in range(count)]


def lead(key: str, at: datetime = NIGHT - 9 * DAY) -> LeadJoined:
    return LeadJoined(key=key, at=at, last_name=key)


def done(key: str, who: str, at: datetime) -> list[Happening]:
    changes = {"status": "done"}
    return [TaskPlanned(key=key, at=at, contact=who), TaskUpdated(key=key, at=at, changes=changes)]


def key(name: str, table: str = "contacts") -> str:
    return str(record_id(table, name))


def ids(*names: str, table: str = "contacts") -> set[str]:
    return {key(name, table) for name in names}


def during(night: Night, fact: Happening, **when: Any) -> None:
    """Let something happen in the middle of the contacts' list."""
    night.box.faults.add({"do": "happen", "path": LISTED, "happenings": [to_json(fact)], **when})


def test_times_of_china_arrive_in_utc_and_text_stays_as_it_is(opened: Open) -> None:
    night = opened(contact("ada", NIGHT - DAY, properties={"note": "2026-01-01 00:00:00"}))
    row = night.pull().live("contacts")[key("ada")]
    assert (row["create_time"], row["update_time"]) == (NIGHT - DAY, NIGHT - DAY)
    assert row[custom("note")] == "2026-01-01 00:00:00"


def test_who_wants_no_mail_is_known_by_the_field_that_the_settings_name(opened: Open) -> None:
    night = opened(contact("ada", opted_out=True), contact("bob"))
    told = {name: row["opted_out"] for name, row in night.pull().live("contacts").items()}
    assert told == {key("ada"): True, key("bob"): False}
    night.set(WUKONG_OPT_OUT_FIELD="")
    assert {row["opted_out"] for row in night.pull(full=True).live("contacts").values()} == {None}


def test_what_people_call_a_custom_field_is_told_until_it_is_taken_away(opened: Open) -> None:
    night = opened(contact("ada", properties={"shoe": "38"}))
    night.pull()
    held = night.shelf.tables["fields"]
    assert held["contacts", "flied_tuiding"]["name"] == "邮件退订"
    del night.crm.fields["contacts"][custom("shoe")]
    night.later()
    night.pull()
    assert night.shelf.tables["fields"]["contacts", custom("shoe")]["deleted_at"] is not None
    assert held["contacts", "flied_tuiding"]["deleted_at"] is None


def test_records_edited_while_the_list_is_read_push_none_out(opened: Open) -> None:
    night = opened(*crowd(9, every=SECOND), caps=Caps(rows=2))
    during(night, ContactEdited(key="c4", at=NIGHT, changes={"last_name": "New"}), after=1)
    live = night.pull().live("contacts")
    assert len(live) == 9
    assert live[key("c4")]["name"] == "New"


def test_a_record_deleted_behind_the_reader_pulls_none_past_it(opened: Open) -> None:
    night = opened(*crowd(9, every=SECOND), caps=Caps(rows=2))
    during(night, ContactArchived(key="c8", at=NIGHT), after=1)
    assert set(night.pull().live("contacts")) == ids(*(f"c{n}" for n in range(8)))
    assert set(night.shelf.gone("contacts")) == ids("c8")


def test_a_record_that_slips_between_the_pages_of_one_second_is_caught(opened: Open) -> None:
    night = opened(*crowd(7), caps=Caps(rows=2))
    names = sorted((f"c{n}" for n in range(7)), key=key, reverse=True)
    during(night, ContactArchived(key=names[0], at=NIGHT), after=2)
    assert set(night.pull().live("contacts")) == ids(*names[1:])
    assert night.shelf.failures == {}


def test_more_than_the_counted_pages_of_one_second_all_arrive(opened: Open) -> None:
    night = opened(*crowd(205, every=timedelta()), caps=Caps(rows=2, paged=100))
    assert len(night.pull().live("contacts")) == 205
    assert night.shelf.failures == {}


def test_a_walk_that_breaks_off_goes_on_where_it_was_the_next_night(opened: Open) -> None:
    night = opened(*crowd(40, NIGHT - 9 * DAY, HOUR), caps=Caps(rows=4))
    night.box.faults.add({"do": "status", "status": 503, "path": LISTED, "after": 6, "times": 0})
    night.pull()
    assert isinstance(night.shelf.failures["contacts"], VendorBusyError)
    held = len(night.shelf.live("contacts"))
    assert 10 < held < 40
    night.box.faults.clear()
    night.later(contact("new", NIGHT + HOUR))
    night.pull()
    assert len(night.shelf.live("contacts")) == 41
    assert night.shelf.state["contacts_unread"] == []
    assert night.calls(LISTED) <= (40 - held) / 3 + 4


def test_only_what_changed_is_read_the_next_night_for_a_few_calls(opened: Open) -> None:
    night = opened(*crowd(40, NIGHT - 9 * DAY, HOUR), caps=Caps(rows=4))
    night.pull()
    night.later(contact("new", NIGHT + HOUR))
    assert len(night.pull().live("contacts")) == 41
    assert night.calls(LISTED) == 2
    assert night.shelf.changed == 1


def test_a_deletion_is_proven_by_count_by_list_and_by_look_up(opened: Open) -> None:
    night = opened(*crowd(5, NIGHT - 9 * DAY, HOUR))
    night.pull()
    night.later(ContactArchived(key="c2", at=NIGHT))
    gone = night.pull().gone("contacts")
    assert set(gone) == ids("c2")
    assert gone[key("c2")]["email"] == "c2@x.example"
    assert night.calls("/crmContacts/queryById") == 1
    night.later()
    night.pull()
    assert night.calls(LISTED) == 2


def test_what_hides_from_the_lists_is_not_taken_for_deleted(opened: Open) -> None:
    night = opened(*crowd(3, NIGHT - 9 * DAY, HOUR))
    night.pull()
    night.crm.kept["contacts"].edit(int(key("c1")), {}, 0, pool=7)
    night.later()
    assert len(night.pull().live("contacts")) == 3
    assert night.calls("/crmContacts/queryById") == 1
    night.later()
    night.pull()
    assert night.calls("/crmContacts/queryById") == 0


def test_a_new_record_and_a_deletion_on_one_night_do_not_cancel_out(opened: Open) -> None:
    night = opened(*crowd(3, NIGHT - 9 * DAY, HOUR))
    night.pull()
    night.later(ContactArchived(key="c0", at=NIGHT), contact("new", NIGHT))
    assert set(night.pull().live("contacts")) == ids("c1", "c2", "new")


def test_a_full_pull_finds_who_is_gone(opened: Open) -> None:
    night = opened(*crowd(3, NIGHT - 9 * DAY, HOUR))
    night.pull()
    night.later(ContactArchived(key="c0", at=NIGHT))
    assert set(night.pull(full=True).gone("contacts")) == ids("c0")


@pytest.mark.parametrize("quiet", [True, False])
def test_a_converted_lead_stays_and_says_which_customer_it_became(
    opened: Open,
    quiet: bool,  # noqa: FBT001 - what the story is about
) -> None:
    firm = CompanyJoined(key="firm", at=NIGHT - 9 * DAY, name="Firm")
    converted = {"contact": "ada", "company": "firm"}
    night = opened(
        firm,
        lead("later", NIGHT - 20 * DAY),
        lead("before"),
        lead("open"),
        LeadConverted(key="before", at=NIGHT - 8 * DAY, **converted),
        quiet_transfers=quiet,
    )
    assert len(night.pull().live("leads")) == 3
    night.later(LeadConverted(key="later", at=NIGHT + HOUR, **converted))
    live = night.pull().live("leads")
    became = {name: (row["is_transform"], row["customer_id"]) for name, row in live.items()}
    customer = (1, int(key("firm", "customers")))
    before, later, still = (key(name, "leads") for name in ("before", "later", "open"))
    assert became == {before: customer, later: customer, still: (None, None)}
    night.later()
    night.pull()
    assert night.calls("/crmLeads/queryById") == 0


def test_a_customer_in_a_pool_is_there_with_nobody_to_own_it(opened: Open) -> None:
    night = opened(CompanyJoined(key="firm", at=NIGHT - DAY, name="Firm"))
    night.crm.release("firm", NIGHT - HOUR)
    (row,) = night.pull().live("customers").values()
    assert (row["customer_name"], row["owner_user_name"]) == ("Firm", None)


def test_what_was_done_arrives_with_its_record_and_is_asked_for_once(opened: Open) -> None:
    night = opened(contact("ada", NIGHT - 9 * DAY), contact("bob"), *done("t", "ada", NIGHT - DAY))
    (row,) = night.pull().live("activities").values()
    assert (row["activity_type"], row["activity_type_id"]) == (3, int(key("ada")))
    assert row["create_time"] == NIGHT - DAY
    assert night.calls("/crmActivity") == 1
    night.pull()
    assert night.calls("/crmActivity") == 0
    night.later(*done("u", "ada", NIGHT + HOUR))
    assert len(night.pull().live("activities")) == 2


def test_what_was_done_goes_with_its_record_and_when_it_is_deleted_itself(opened: Open) -> None:
    acts = [*done("t", "ada", NIGHT - DAY), *done("u", "ada", NIGHT - HOUR)]
    night = opened(*crowd(2), contact("ada"), *acts, *done("v", "c1", NIGHT - HOUR))
    assert len(night.pull().live("activities")) == 3
    night.later(
        ContactArchived(key="c1", at=NIGHT),
        ContactEdited(key="ada", at=NIGHT, changes={"email": "new@x.example"}),
    )
    night.crm.activities.delete(int(key("u", "activities")), 0)
    assert set(night.pull().live("activities")) == ids("t", table="activities")
    assert set(night.shelf.gone("activities")) == ids("u", "v", table="activities")


def test_activities_can_be_left_out(opened: Open) -> None:
    night = opened(contact("ada"), *done("t", "ada", NIGHT - DAY))
    night.set(WUKONG_ACTIVITIES="false")
    assert night.pull().live("contacts")
    assert night.calls("/crmActivity") == 0


def test_money_is_in_the_currency_of_the_settings(opened: Open) -> None:
    night = opened(DealOpened(key="d", at=NIGHT - DAY, name="D", amount=120_050))
    (row,) = night.pull().live("business").values()
    assert (row["money"], row["currency"]) == (1200.5, "CNY")


def test_it_counts_whole_tables_and_windows_as_it_reads_them(opened: Open) -> None:
    night = opened(
        *(lead(f"l{n}", NIGHT - n * HOUR) for n in range(5)),
        LeadConverted(key="l4", at=NIGHT, contact="ada"),
        CompanyJoined(key="firm", at=NIGHT - DAY, name="Firm"),
        CompanyJoined(key="free", at=NIGHT - DAY, name="Free"),
    )
    night.crm.release("free", NIGHT - DAY)
    rows = night.pull().live("leads").values()
    since, until = NIGHT - 3 * HOUR, NIGHT
    inside = [row for row in rows if since <= row["update_time"] < until]
    assert (night.counted("leads"), night.counted("customers")) == (5, 2)
    assert night.counted("leads", since, until) == len(inside) == 3


def test_a_window_is_read_without_a_look_at_who_is_gone(opened: Open) -> None:
    night = opened(*crowd(4, NIGHT - 4 * DAY, DAY))
    night.pull(since=NIGHT - 3 * DAY, until=NIGHT - 2 * DAY - HOUR)
    assert set(night.shelf.live("contacts")) == ids("c1")
    assert night.shelf.state == {}
    assert night.calls(LISTED) == 1


def test_somebody_who_logs_in_as_our_user_costs_us_one_login(opened: Open) -> None:
    night = opened(*crowd(6, every=SECOND), caps=Caps(rows=2))
    night.box.faults.add({"do": "expire_tokens", "path": LISTED, "after": 1})
    assert len(night.pull().live("contacts")) == 6
    assert (night.shelf.failures, night.calls("/login")) == ({}, 2)


def test_a_refused_password_is_tried_once_and_told(opened: Open) -> None:
    night = opened(contact("ada"))
    night.set(WUKONG_PASSWORD="old")
    errors = night.pull().failures
    assert set(errors) == {"fields", "customers", "contacts", "leads", "business"}
    assert all("WUKONG_PASSWORD" in error.next_step for error in errors.values())
    assert night.calls("/login") == 1


def test_too_many_calls_are_waited_out(opened: Open) -> None:
    night = opened(*crowd(3), per_second=3)
    night.set(WUKONG_CALLS_PER_SECOND="50")
    assert len(night.pull().live("contacts")) == 3
    assert night.shelf.failures == {}
    assert night.shelf.meter.retries > 0


def test_an_error_is_told_by_its_code_and_not_by_its_words(opened: Open) -> None:
    night = opened(contact("ada"))
    night.box.faults.add({"do": "status", "status": 200, "path": LISTED, "times": 0})
    error = night.pull().failures["contacts"]
    assert isinstance(error, CodeError)
    assert str(error) == "wukong: POST /crmContacts/queryPageList answered code 200"


def test_settings_name_what_is_missing() -> None:
    with pytest.raises(ConfigError, match="WUKONG_USERNAME, WUKONG_PASSWORD"):
        load(WukongSettings, {"WUKONG_BASE_URL": "https://crm.example:8443"})


@pytest.mark.parametrize(
    ("status", "body", "busy"),
    [
        (400, b'{"code":403}', True),
        (400, b'{"code":400}', False),
        (200, b'{"code":500}', True),
        (200, b'{"code":0}', False),
        (200, b"<html>", False),
    ],
)
def test_a_throttle_and_a_stumble_mean_later(status: int, body: bytes, busy: bool) -> None:  # noqa: FBT001 - the answer
    answer = requests.Response()
    answer.status_code, answer._content = status, body
    assert is_busy(answer) is busy


def test_moments_are_written_and_read_in_the_zone_of_the_installation() -> None:
    assert local(NIGHT, CHINA) == "2026-01-06 02:00:00"
    assert local(NIGHT + timedelta(milliseconds=1), CHINA) == "2026-01-06 02:00:01"
    assert moment("2026-01-06 02:00:00", CHINA) == NIGHT
    for value in (None, "", 7, {"at": 1}, "2026-13-45 99:00:00", "2026-01-06"):
        assert moment(value, CHINA) is None
        assert changes([{"updateTime": value}], CHINA) == []


def test_only_fields_that_hold_times_are_moved_to_utc() -> None:
    shape = Shape("", "", "CNY", CHINA, lambda _: frozenset({"flied_met"}))
    record = {"contactsId": 1, "flied_met": "2026-01-06 02:00:00", "remark": "2026-01-06 02:00:00"}
    (row,) = shape.rows("contacts", [record])
    assert row["flied_met"] == NIGHT.isoformat()
    assert row["remark"] == "2026-01-06 02:00:00"


def test_refusals_are_refusals() -> None:
    assert issubclass(CodeError, VendorRefusedError)
