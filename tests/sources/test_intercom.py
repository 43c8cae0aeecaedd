"""What the Intercom connector promises, told against the sandbox's Intercom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from core.errors import ConfigError, VendorBusyError
from core.pace import Told
from core.pull import Pull
from core.settings import load
from sandbox.clock import Clock, millis
from sandbox.happenings import (
    OrganisationDeleted,
    OrganisationJoined,
    Rated,
    TicketDeleted,
    TicketOpened,
    TicketSolved,
    TicketUpdated,
    UserDeleted,
    UserEdited,
    UserJoined,
    UsersMerged,
)
from sandbox.http import Request
from sandbox.intercom.api import TOKEN, Intercom
from sandbox.intercom.bodies import long_id, short_id
from sandbox.serve import serve
from sources._settled import settled
from sources.intercom import IntercomSettings, connector, counts
from sources.intercom.api import onward, rows_of, told
from sources.intercom.contacts import is_wanted
from tests.sources.nightly import DAY, HOUR, MINUTE, NIGHT, SECOND, Night

Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            twin = Intercom(clock, **vendor)
            return Night(connector, stack.enter_context(serve([twin], clock=clock)), tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def user(name: str, at: Any = NIGHT - DAY, **fields: Any) -> UserJoined:
    return UserJoined(key=name, at=at, email=f"{name}@x.example", name=name, **fields)


def users(count: int) -> list[UserJoined]:
    return [user(f"u{n}", NIGHT - 9 * DAY + n * MINUTE) for n in range(count)]


def talk(name: str, at: Any = NIGHT - DAY, **fields: Any) -> TicketOpened:
    return TicketOpened(key=name, at=at, requester="ada", subject=name, **fields)


def said(name: str, at: Any, comment: str = "hm") -> TicketUpdated:
    return TicketUpdated(key=name, at=at, comment=comment)


def contact(name: str) -> str:
    return long_id("user", name)


def conversation(name: str) -> str:
    return short_id("conversation", name)


def test_follows_every_page(opened: Open) -> None:
    night = opened(most_per_page=4)
    night.box.happen(*users(9), *(talk(f"t{n}", NIGHT - n * HOUR) for n in range(9)))
    night.pull()
    assert night.failures == {}
    assert (len(night.live("contacts")), len(night.live("conversations"))) == (9, 9)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"])
def test_no_time_zone_hides_a_change(opened: Open, zone: str) -> None:
    night = opened(zone=zone)
    night.box.happen(*users(5))
    night.pull()
    for hours in range(0, 40, 5):
        at = night.later(5 * HOUR)
        night.box.happen(UserEdited(key="u3", at=at, changes={"name": f"after {hours}"}))
        night.later(MINUTE)
        night.pull()
        assert night.live("contacts")[contact("u3")]["name"] == f"after {hours}"
    assert all(entry.status == 200 for entry in night.box.journal.read("intercom"))


def test_a_contact_that_a_search_does_not_show_yet_is_found_by_the_count(night: Night) -> None:
    night.box.happen(*users(3))
    night.pull()
    night.box.happen(user("new", night.later()))
    night.pull()
    assert contact("new") in night.live("contacts")


def test_nobody_is_listed_while_the_count_agrees(night: Night) -> None:
    night.box.happen(*users(3), talk("t"))
    night.pull()
    night.box.happen(
        user("new", night.later()), UserEdited(key="u1", at=night.now, changes={"name": "Ada"})
    )
    night.later(HOUR)
    night.pull()
    assert night.asked("/contacts") == [{"per_page": "1"}]
    assert night.asked("/conversations") == [{"per_page": "1"}]
    assert len(night.live("contacts")) == 4


def test_who_was_deleted_or_lost_a_merge_is_missed_and_looked_up(night: Night) -> None:
    night.box.happen(*users(5), talk("t"))
    night.pull()
    at = night.later()
    night.box.happen(UserDeleted(key="u1", at=at), UsersMerged(key="u2", at=at, loser="u3"))
    night.box.happen(user("new", at))
    night.later(HOUR)
    night.pull()
    assert set(night.gone("contacts")) == {contact("u1"), contact("u3")}
    row = night.gone("contacts")[contact("u3")]
    assert (row["deleted_at"], row["email"]) == (night.now, "u3@x.example")


def test_a_contact_that_slipped_out_of_the_list_is_not_buried(night: Night) -> None:
    night.box.happen(*users(5))
    night.pull()
    night.box.happen(UserDeleted(key="u1", at=night.later()))
    fault = {"do": "drop_row", "table": "contacts", "path": "/contacts$", "having": contact("u4")}
    night.box.faults.add({**fault, "times": 0})
    night.pull()
    assert set(night.gone("contacts")) == {contact("u1")}


def test_an_archived_contact_is_gone(night: Night) -> None:
    night.box.happen(*users(2))
    night.pull()
    night.later()
    fault = {"do": "drop_row", "table": "contacts", "having": contact("u1"), "times": 0}
    night.box.faults.add(fault)
    desk: Any = night.box.vendors["intercom"]
    desk.kept["contacts"].edit(contact("u1"), {"archived": True}, millis(NIGHT - 9 * DAY))
    night.pull(full=True)
    assert set(night.gone("contacts")) == {contact("u1")}


def test_a_count_that_stays_wrong_calls_the_roll_once(night: Night) -> None:
    night.box.happen(*users(3))
    fault = {"do": "drop_row", "table": "contacts", "having": contact("u1"), "times": 0}
    night.box.faults.add(fault)
    night.pull()
    assert {"per_page": "150"} in night.asked("/contacts")
    night.later()
    night.pull()
    assert {"per_page": "150"} not in night.asked("/contacts")


def test_more_than_ten_tags_and_companies_of_a_contact_are_all_read(opened: Open) -> None:
    night = opened(most_per_page=5)
    keys = [f"o{n}" for n in range(12)]
    night.box.happen(*(OrganisationJoined(key=key, at=NIGHT - DAY, name=key) for key in keys))
    tags = tuple(f"tag{n}" for n in range(11))
    night.box.happen(user("ada", NIGHT - 30 * MINUTE, tags=tags, fields={"companies": keys}))
    night.pull()
    row = night.live("contacts")[contact("ada")]
    assert all(long_id("organisation", key) in row["companies"] for key in keys)
    assert all(short_id("tag", name) in row["tags"] for name in tags)
    night.later(HOUR)
    night.pull()
    assert night.shelf.changed == 0
    assert night.asked("/tags") == [{}]


def test_conversations_are_read_one_by_one_where_they_changed(night: Night) -> None:
    night.box.happen(user("ada"), *(talk(f"t{n}", NIGHT - HOUR) for n in range(5)))
    night.pull()
    assert len(night.live("conversations")) == 5
    night.box.happen(said("t1", night.later(), "well?"), TicketSolved(key="t2", at=night.now))
    night.pull()
    reads = [e.path for e in night.box.journal.read("intercom", "/conversations/")]
    single = [path for path in reads if not path.endswith("search")]
    assert sorted(single) == sorted(f"/conversations/{conversation(n)}" for n in ("t1", "t2"))
    assert {row["body"] for row in night.live("conversation_parts").values()} == {
        "<p>well?</p>",
        None,
    }
    assert night.live("conversations")[conversation("t2")]["state"] == "closed"


def test_what_is_said_in_the_second_of_our_reading_is_heard_the_next_time(night: Night) -> None:
    night.box.happen(user("ada"), talk("t", NIGHT))
    night.pull()
    night.box.happen(said("t", NIGHT, "and another thing"))
    night.later(HOUR)
    night.pull()
    assert len(night.live("conversation_parts")) == 1


def test_a_part_that_is_no_longer_there_is_marked(night: Night) -> None:
    night.box.happen(user("ada"), talk("t"), said("t", NIGHT - HOUR), said("t", NIGHT - MINUTE))
    night.pull()
    desk: Any = night.box.vendors["intercom"]
    desk.kept["conversation_parts"].delete(short_id("part", "t:0"), millis(NIGHT))
    night.box.happen(TicketSolved(key="t", at=night.later()))
    night.pull()
    assert set(night.gone("conversation_parts")) == {short_id("part", "t:0")}


def test_parts_beyond_the_most_that_are_shown_stay(opened: Open) -> None:
    night = opened(most_parts=3)
    night.box.happen(user("ada"), talk("t"), *(said("t", NIGHT - HOUR) for _ in range(3)))
    night.pull()
    night.box.happen(said("t", night.later()))
    night.pull()
    assert len(night.live("conversation_parts")) == 4


def test_a_deleted_conversation_is_missed_and_looked_up(night: Night) -> None:
    night.box.happen(user("ada"), *(talk(f"t{n}") for n in range(4)))
    night.pull()
    night.box.happen(TicketDeleted(key="t1", at=night.later()))
    night.pull()
    assert set(night.gone("conversations")) == {conversation("t1")}


def test_companies_beyond_the_end_of_their_list_are_scrolled(opened: Open) -> None:
    night = opened(most_per_page=3)
    night.box.happen(*(OrganisationJoined(key=f"o{n}", at=NIGHT - DAY, name="O") for n in range(8)))
    night.pull()
    night.box.happen(OrganisationDeleted(key="o5", at=night.later()))
    night.pull()
    assert len(night.live("companies")) == 7
    assert set(night.gone("companies")) == {long_id("organisation", "o5")}
    assert night.asked("/companies/list") == []


def test_another_scroll_is_waited_out_and_a_forgotten_one_begun_again(night: Night) -> None:
    night.box.happen(*(OrganisationJoined(key=f"o{n}", at=NIGHT, name="O") for n in range(3)))
    twin: Any = night.box.vendors["intercom"]
    signed = {"Authorization": f"Bearer {TOKEN}"}
    assert twin(Request.to("GET", "/companies/scroll", headers=signed)).status == 200
    fault = {"do": "status", "status": 404, "path": "scroll", "query": "scroll_param"}
    night.box.faults.add(fault)
    night.pull()
    assert night.failures == {}
    assert sum(night.clock.waits) >= 61
    assert len(night.live("companies")) == 3


def test_a_scroll_that_never_ends_is_told(night: Night) -> None:
    fault = {"do": "status", "status": 400, "path": "scroll", "times": 0}
    night.box.faults.add(fault)
    night.pull()
    assert isinstance(night.failures["companies"], VendorBusyError)


def test_a_tag_that_is_no_more_is_marked_after_a_second_look(night: Night) -> None:
    night.box.happen(user("ada", tags=("vip", "old")))
    night.pull()
    desk: Any = night.box.vendors["intercom"]
    desk.kept["tags"].delete(short_id("tag", "old"), millis(NIGHT))
    night.box.faults.add({"do": "drop_row", "table": "tags", "having": short_id("tag", "vip")})
    night.later()
    night.pull()
    assert set(night.gone("tags")) == {short_id("tag", "old")}


def test_a_night_keeps_within_the_windows_that_answers_tell(opened: Open) -> None:
    night = opened(per_minute=30)
    night.box.happen(user("ada"), *(talk(f"t{n}", NIGHT - n * HOUR) for n in range(12)))
    night.pull()
    assert set(night.statuses()) == {200}
    assert len(night.live("conversations")) == 12


def test_a_throttle_without_retry_after_is_waited_out_to_its_reset(opened: Open) -> None:
    night = opened(per_minute=30)
    night.box.happen(user("ada"))
    twin: Any = night.box.vendors["intercom"]
    signed = {"Authorization": f"Bearer {TOKEN}"}
    spent = [twin(Request.to("GET", "/tags", headers=signed)).status for _ in range(5)]
    assert spent == [200] * 5
    night.pull()
    assert night.failures == {}
    assert night.statuses()[429] == 1


def test_a_window_reads_its_days_again_and_calls_no_roll(night: Night) -> None:
    night.box.happen(*users(5), *(talk(f"t{n}", NIGHT - n * DAY) for n in range(9)))
    night.pull()
    before = dict(night.shelf.state)
    night.later()
    night.pull(since=NIGHT - 5 * DAY, until=NIGHT - 3 * DAY)
    assert night.shelf.state == before
    assert night.asked("/contacts") == night.asked("/conversations") == []
    reads = [e.path for e in night.box.journal.read("intercom", "/conversations/")]
    assert {f"/conversations/{conversation(f't{n}')}" for n in (4, 5)} <= {*reads}
    assert len(reads) == 3


def test_a_verdict_is_a_column_of_its_conversation(night: Night) -> None:
    night.box.happen(user("ada"), talk("t"))
    night.box.happen(Rated(key="r", at=NIGHT - HOUR, requester="ada", ticket="t", score="bad"))
    night.pull()
    (row,) = night.live("conversations").values()
    assert (row["conversation_rating__rating"], row["contact_id"]) == (1, contact("ada"))


def test_it_counts_whole_tables_and_conversations_by_the_second(night: Night) -> None:
    night.box.happen(*users(3), *(talk(f"t{n}", NIGHT - n * DAY) for n in range(4)))
    pull = Pull(clock=night.clock)
    said_by = counts(load(IntercomSettings, night.box.environment), pull)
    assert {table: count.ask(None, None) for table, count in said_by.items()} == {
        "contacts": 3,
        "companies": 0,
        "conversations": 4,
    }
    assert said_by["conversations"].ask(NIGHT - 2 * DAY, NIGHT) == 2
    assert said_by["contacts"].ask(NIGHT, None) is None


@pytest.mark.parametrize(
    ("stamp", "wanted"), [(99, False), (100, True), (199, True), (200, False), (None, True)]
)
def test_what_was_found_by_days_is_sifted_by_seconds(stamp: Any, wanted: bool) -> None:  # noqa: FBT001 - the case's answer
    assert is_wanted({"updated_at": stamp}, 100, 200) is wanted
    assert is_wanted({"updated_at": 42}, int(NIGHT.timestamp()), None), "no search meant that one"


def test_an_unmoved_stamp_proves_nothing_while_it_is_young() -> None:
    held = {"_pulled_at": NIGHT}
    assert settled(held, NIGHT - HOUR)
    assert not settled(held, NIGHT - MINUTE)
    assert not settled(held, None)
    assert not settled({}, NIGHT - HOUR)


def test_the_wait_to_the_next_window_is_told_by_intercoms_own_hours() -> None:
    answer = requests.Response()
    assert told(answer)[""] == Told(reset=0)
    answer.headers["X-RateLimit-Limit"] = "1666"
    answer.headers["X-RateLimit-Remaining"] = "0"
    answer.headers["X-RateLimit-Reset"] = str((NIGHT + 7 * SECOND).timestamp())
    answer.headers["Date"] = "Mon, 05 Jan 2026 02:00:00 GMT"
    assert told(answer)[""] == Told(1666, 0, reset=7)


def test_a_list_that_does_not_go_on_is_no_list() -> None:
    assert onward({"pages": {"next": {"starting_after": "b"}}}, "a") == ("b", True)
    assert onward({"pages": None}, "a") == ("", False)
    with pytest.raises(VendorBusyError, match="does not"):
        onward({"pages": {"next": {"starting_after": "a"}}}, "a")
    with pytest.raises(VendorBusyError, match="without rows"):
        rows_of("contacts", {"data": None})


def test_settings_name_what_is_missing() -> None:
    with pytest.raises(ConfigError, match="INTERCOM_ACCESS_TOKEN"):
        load(IntercomSettings, {"INTERCOM_ACCESS_TOKEN": ""})


def test_the_version_that_the_tables_are_written_for_is_asked_for(night: Night) -> None:
    night.pull()
    versions = {e.headers.get("intercom-version") for e in night.box.journal.read("intercom")}
    assert versions == {"2.15"}
