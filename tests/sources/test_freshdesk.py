"""What the Freshdesk connector promises, told against the sandbox's Freshdesk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from core.errors import ConfigError, VendorBusyError
from core.pace import Pace
from core.settings import load
from sandbox.clock import Clock, iso, millis
from sandbox.freshdesk.api import Freshdesk
from sandbox.freshdesk.bodies import ident
from sandbox.freshdesk.desk import Habits
from sandbox.happenings import (
    OrganisationDeleted,
    OrganisationJoined,
    Rated,
    TicketDeleted,
    TicketOpened,
    TicketRestored,
    TicketSolved,
    TicketUpdated,
    UserDeleted,
    UserEdited,
    UserJoined,
    UsersMerged,
    to_json,
)
from sandbox.serve import serve
from sources.freshdesk import FreshdeskSettings, connector
from sources.freshdesk.api import told
from sources.freshdesk.contacts import others
from sources.freshdesk.times import ended, moment
from tests.sources.nightly import DAY, HOUR, MINUTE, NIGHT, Night

Open = Callable[..., Night]
WIDE = {"per_minute": 1e6, "lists_per_minute": 1e6}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            twin = Freshdesk(clock, **{**WIDE, **vendor})
            return Night(connector, stack.enter_context(serve([twin], clock=clock)), tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def key(kind: str, name: str) -> str:
    return str(ident(kind, name))


def ticket(name: str, at: datetime = NIGHT - DAY, **fields: Any) -> TicketOpened:
    return TicketOpened(key=name, at=at, requester="ada", subject=name, **fields)


def tickets(count: int, at: datetime, *, every: float = 60) -> list[TicketOpened]:
    return [ticket(f"t{n}", at + timedelta(seconds=n * every)) for n in range(count)]


def user(name: str, at: datetime = NIGHT - DAY, **fields: Any) -> UserJoined:
    return UserJoined(key=name, at=at, email=f"{name}@x.example", name=name, **fields)


def said(name: str, at: datetime, comment: str = "hm") -> TicketUpdated:
    return TicketUpdated(key=name, at=at, comment=comment)


def meanwhile(night: Night, path: str, *facts: Any, after: int = 1) -> None:
    told = [to_json(fact) for fact in facts]
    night.box.faults.add({"do": "happen", "path": path, "after": after, "happenings": told})


def test_the_first_pull_has_tickets_older_than_the_month_freshdesk_shows_by_itself(
    night: Night,
) -> None:
    night.box.happen(ticket("old", NIGHT - 400 * DAY), ticket("new"))
    night.pull()
    assert len(night.live("tickets")) == 2
    assert all("updated_since" in query for query in night.asked("/tickets"))


def test_tickets_beyond_the_last_page_arrive(opened: Open) -> None:
    night = opened(most_pages=3, most_per_page=5)
    night.box.happen(*tickets(40, NIGHT - DAY))
    night.pull()
    assert night.failures == {}
    assert len(night.live("tickets")) == 40
    assert {query["page"] for query in night.asked("/tickets")} == {"1"}


@pytest.mark.parametrize("inclusive", [True, False])
def test_tickets_that_share_seconds_at_the_edge_of_a_page_arrive(
    opened: Open, *, inclusive: bool
) -> None:
    night = opened(most_per_page=4, habits=Habits(inclusive=inclusive))
    night.box.happen(*tickets(30, NIGHT - DAY, every=0.2))
    night.pull()
    assert night.failures == {}
    assert len(night.live("tickets")) == 30


def test_a_second_with_more_tickets_than_freshdesk_shows_is_told_once_and_passed(
    opened: Open,
) -> None:
    night = opened(most_pages=3, most_per_page=2)
    night.box.happen(*tickets(9, NIGHT - DAY, every=0), ticket("after", NIGHT - HOUR))
    night.pull()
    assert isinstance(night.failures["tickets"], VendorBusyError)
    assert iso(NIGHT - DAY) in str(night.failures["tickets"])
    assert key("ticket", "after") in night.live("tickets")
    assert len(night.live("tickets")) == 7
    night.pull(full=True)
    assert set(night.failures) == {"tickets"}
    night.box.happen(said("after", night.later()))
    night.pull()
    assert night.failures == {}


def test_a_last_page_that_is_full_is_not_taken_for_the_end_of_what_is_shown(opened: Open) -> None:
    night = opened(most_per_page=2)
    night.box.happen(*tickets(4, NIGHT - DAY, every=0))
    night.pull()
    assert night.failures == {}
    assert len(night.live("tickets")) == 4


def test_a_ticket_that_changes_while_a_crowded_second_is_paged_hides_no_other(
    opened: Open,
) -> None:
    night = opened(most_per_page=2)
    night.box.happen(*tickets(7, NIGHT - DAY, every=0))
    first = min(key("ticket", f"t{n}") for n in range(7))
    name = next(f"t{n}" for n in range(7) if key("ticket", f"t{n}") == first)
    meanwhile(night, "/tickets$", said(name, NIGHT), after=2)
    night.pull()
    assert len(night.live("tickets")) == 7


def test_the_second_pull_starts_an_hour_before_the_newest_change(night: Night) -> None:
    night.box.happen(ticket("a", NIGHT - 3 * DAY), ticket("b", NIGHT - 2 * HOUR))
    night.pull()
    night.box.happen(ticket("late", NIGHT - 2 * HOUR - 50 * MINUTE))
    night.later()
    night.pull()
    assert key("ticket", "late") in night.live("tickets")
    assert night.asked("/tickets")[0]["updated_since"] == iso(NIGHT - 3 * HOUR)


def test_what_was_said_is_read_of_changed_tickets_alone(night: Night) -> None:
    night.box.happen(*tickets(5, NIGHT - HOUR), said("t1", NIGHT - MINUTE))
    night.pull()
    assert len(night.asked("/conversations")) == 5
    night.box.happen(said("t1", night.later(), "well?"))
    night.pull()
    assert len(night.asked("/conversations")) == 1
    assert {row["body_text"] for row in night.live("conversations").values()} == {"hm", "well?"}


def test_what_is_said_no_more_is_marked(night: Night) -> None:
    night.box.happen(ticket("t"), said("t", NIGHT - HOUR, "oops"), said("t", NIGHT - HOUR, "hi"))
    night.pull()
    kept: Any = night.box.vendors["freshdesk"]
    unsaid = ident("conversation", "t:0")
    kept.kept["conversations"].delete(unsaid, millis(NIGHT))
    night.box.happen(TicketUpdated(key="t", at=night.later(), changes={"priority": "high"}))
    night.pull()
    assert set(night.gone("conversations")) == {str(unsaid)}
    assert len(night.live("conversations")) == 1


def test_conversations_can_be_left_out_for_the_sake_of_calls(night: Night) -> None:
    night.box.happen(ticket("t"), said("t", NIGHT - HOUR))
    night.pull(settings={"FRESHDESK_CONVERSATIONS": "false"})
    assert night.asked("/conversations") == []
    assert len(night.live("tickets")) == 1


def test_a_ticket_that_goes_before_we_ask_what_was_said_stops_nothing(night: Night) -> None:
    night.box.happen(ticket("a"), ticket("b", NIGHT - HOUR), said("b", NIGHT - MINUTE))
    meanwhile(night, "/conversations", TicketDeleted(key="a", at=NIGHT), after=0)
    night.pull()
    assert night.failures == {}
    assert set(night.gone("tickets")) == {key("ticket", "a")}
    assert len(night.live("conversations")) == 1


@pytest.mark.parametrize("touching", [True, False])
def test_a_ticket_in_the_bin_says_so_and_one_taken_out_is_back(
    opened: Open, *, touching: bool
) -> None:
    night = opened(habits=Habits(touching=touching))
    night.box.happen(*tickets(3, NIGHT - 60 * DAY, every=86_400))
    night.pull()
    at = night.later()
    night.box.happen(TicketDeleted(key="t1", at=at))
    night.pull()
    row = night.gone("tickets")[key("ticket", "t1")]
    assert (row["deleted_at"], row["subject"]) == (at, "t1")
    night.box.happen(TicketRestored(key="t1", at=night.later()))
    night.pull()
    assert len(night.live("tickets")) == 3


def test_spam_is_kept_and_called_so(night: Night) -> None:
    night.box.happen(*tickets(2, NIGHT - DAY))
    night.pull()
    night.box.happen(TicketUpdated(key="t1", at=night.later(), changes={"tags": ("spam",)}))
    night.pull()
    rows = night.live("tickets")
    assert {row["subject"]: row["spam"] for row in rows.values()} == {"t0": False, "t1": True}


def test_a_ticket_that_was_destroyed_is_found_by_a_full_pull(night: Night) -> None:
    night.box.happen(*tickets(3, NIGHT - DAY), ticket("filed", status="closed"))
    night.pull()
    desk: Any = night.box.vendors["freshdesk"]
    for name in ("t1", "filed"):
        desk.kept["tickets"].erase(ident("ticket", name))
    night.later()
    night.pull(full=True)
    assert set(night.gone("tickets")) == {key("ticket", "t1")}, "closed ones may be archived"


def test_contacts_are_asked_for_by_the_name_with_the_underscore(night: Night) -> None:
    night.box.happen(user("ada"), user("bob", NIGHT - 9 * DAY))
    night.pull()
    night.box.happen(UserEdited(key="bob", at=night.later(), changes={"name": "Bobby"}))
    night.pull()
    assert night.live("contacts")[key("user", "bob")]["name"] == "Bobby"
    assert {query["_updated_since"] for query in night.asked("/contacts")} == {iso(NIGHT - HOUR)}


def test_who_is_blocked_stays_and_is_marked(night: Night) -> None:
    night.box.happen(user("ada"), user("mallory", fields={"suspended": True}))
    night.pull()
    marks = {row["name"]: row["blocked"] for row in night.live("contacts").values()}
    assert marks == {"ada": False, "mallory": True}


def test_a_deleted_contact_is_marked(night: Night) -> None:
    night.box.happen(user("ada"), user("bob"))
    night.pull()
    at = night.later()
    night.box.happen(UserDeleted(key="bob", at=at))
    night.pull()
    row = night.gone("contacts")[key("user", "bob")]
    assert (row["deleted_at"], row["email"], row["merged_into"]) == (at, "bob@x.example", None)


@pytest.mark.parametrize("listed", [True, False])
def test_a_merged_contact_is_linked_to_who_has_its_address_now(
    opened: Open, *, listed: bool
) -> None:
    night = opened(habits=Habits(merged_listed=listed))
    night.box.happen(*(user(name, other_emails=("old@x.example",)) for name in "abc"))
    night.pull()
    night.box.happen(UsersMerged(key="a", at=night.later(), loser="b"))
    night.pull()
    row = night.gone("contacts")[key("user", "b")]
    assert row["merged_into"] == ident("user", "a")
    night.later()
    night.pull()
    assert night.gone("contacts")[key("user", "b")] == row


def test_a_contact_that_was_destroyed_is_missed_within_a_week(night: Night) -> None:
    night.box.happen(user("ada"), user("bob"))
    night.pull()
    desk: Any = night.box.vendors["freshdesk"]
    desk.kept["contacts"].erase(ident("user", "bob"))
    night.later()
    night.pull()
    assert set(night.gone("contacts")) == set()
    night.later(7 * DAY)
    night.pull()
    assert set(night.gone("contacts")) == {key("user", "bob")}


def test_a_contact_that_slips_to_an_earlier_page_is_not_overlooked(opened: Open) -> None:
    night = opened(most_per_page=3)
    names = sorted((f"u{n}" for n in range(10)), key=lambda name: ident("user", name))
    night.box.happen(*(user(name) for name in names))
    meanwhile(night, "/contacts", UserDeleted(key=names[0], at=NIGHT))
    night.pull()
    assert set(night.live("contacts")) == {key("user", name) for name in names[1:]}


def test_a_company_that_is_gone_is_looked_up_first(opened: Open) -> None:
    night = opened(most_per_page=2)
    names = sorted((f"o{n}" for n in range(6)), key=lambda name: ident("organisation", name))
    night.box.happen(*(OrganisationJoined(key=n, at=NIGHT - DAY, name=n) for n in names))
    night.pull()
    night.later()
    meanwhile(night, "/companies$", OrganisationDeleted(key=names[0], at=night.now))
    night.pull()
    assert set(night.gone("companies")) == set(), "it was listed before it went"
    assert len(night.live("companies")) == 6, "the one that slipped was looked up"
    night.pull()
    assert set(night.gone("companies")) == {key("organisation", names[0])}


def test_a_rating_may_change_its_mind_for_a_month(night: Night) -> None:
    night.box.happen(user("ada"), ticket("t", NIGHT - 20 * DAY))
    rated = Rated(key="r", at=NIGHT - 20 * DAY, requester="ada", ticket="t", score="bad")
    later = Rated(key="s", at=NIGHT - 2 * DAY, requester="ada", ticket="t", score="good")
    night.box.happen(rated, later)
    night.pull()
    happier = Rated(key="r", at=night.later(), requester="ada", ticket="t", score="good")
    night.box.happen(happier)
    night.pull()
    row = night.live("satisfaction_ratings")[key("rating", "r")]
    assert row["ratings__default_question"] == 103


def test_a_night_keeps_within_the_budget_that_answers_tell(opened: Open) -> None:
    night = opened(per_minute=10, lists_per_minute=20)
    night.box.happen(*tickets(35, NIGHT - DAY))
    night.pull()
    assert set(night.statuses()) == {200}
    assert 180 <= sum(night.clock.waits) <= 300


def test_the_moments_of_a_ticket_come_with_it_unless_they_are_not_wanted(opened: Open) -> None:
    night = opened()
    solved, asked = NIGHT - HOUR, NIGHT - DAY
    reply = TicketUpdated(key="t", at=solved - MINUTE, comment="Here it is.")
    night.box.happen(ticket("t", asked), reply, TicketSolved(key="t", at=solved))
    night.pull(settings={"FRESHDESK_STATS": "false"})
    own = key("ticket", "t")
    assert night.live("tickets")[own]["stats__resolved_at"] is None
    night.pull(full=True)
    found = night.live("tickets")[own]
    assert (found["stats__first_responded_at"], found["stats__resolved_at"]) == (
        solved - MINUTE,
        solved,
    )
    assert found["stats__closed_at"] is None


def test_a_ticket_out_of_the_bin_keeps_its_moments(opened: Open) -> None:
    night = opened(habits=Habits(touching=False))
    solved = TicketSolved(key="t", at=NIGHT - DAY + MINUTE)
    night.box.happen(ticket("t"), solved, ticket("newer", NIGHT - MINUTE))
    night.pull()
    night.box.happen(TicketDeleted(key="t", at=night.later()))
    night.pull()
    night.box.happen(TicketRestored(key="t", at=night.later()))
    night.pull()
    assert night.live("tickets")[key("ticket", "t")]["stats__resolved_at"] == NIGHT - DAY + MINUTE


def test_descriptions_are_read_on_request_and_paid_for(opened: Open) -> None:
    night = opened(per_minute=6)
    night.box.happen(*tickets(4, NIGHT - DAY), ticket("said", description="My order is late."))
    night.pull(settings={"FRESHDESK_DESCRIPTIONS": "true"})
    assert set(night.statuses()) == {200}
    assert night.live("tickets")[key("ticket", "said")]["description_text"] == "My order is late."


def test_lists_keep_to_a_budget_that_nothing_tells(opened: Open) -> None:
    night = opened(lists_per_minute=3, most_per_page=2)
    night.box.happen(*tickets(12, NIGHT - DAY))
    night.pull(settings={"FRESHDESK_LISTS_PER_MINUTE": "3"})
    assert set(night.statuses()) == {200}


def test_a_window_reads_its_days_again_and_looks_into_no_bin(night: Night) -> None:
    night.box.happen(*tickets(10, NIGHT - 9 * DAY, every=86_400), user("ada"))
    night.pull()
    before = dict(night.shelf.state)
    night.later()
    night.pull(since=NIGHT - 5 * DAY, until=NIGHT - 3 * DAY)
    assert night.shelf.state == before
    assert all("filter" not in query for query in night.asked("/tickets"))
    assert night.asked("/conversations")


def test_a_total_in_the_thousands_is_an_old_plans_hour() -> None:
    answer, budget = requests.Response(), Pace(200, 60)
    answer.headers["X-RateLimit-Total"] = "1000"
    budget.learn(NIGHT, told(answer)[""])
    waits = [budget.take(NIGHT) for _ in range(1001)]
    assert (waits[-2], waits[-1]) == (0, 3600)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (None, "2026-01-04T02:00:00Z"),
        ({"updated_at": NIGHT - 9 * DAY}, "2026-01-04T02:00:00Z"),
        ({"updated_at": NIGHT - DAY}, "2026-01-05T02:00:00Z"),
    ],
)
def test_a_deletion_that_left_no_stamp_is_of_today(held: Any, expected: str) -> None:
    assert ended({"updated_at": iso(NIGHT - DAY)}, held, NIGHT) == expected


def test_further_addresses_are_read_as_given_and_as_held() -> None:
    assert others({"other_emails": ["A@x.example"]}) == {"a@x.example"}
    assert others({"other_emails": '["a@x.example"]'}) == {"a@x.example"}
    assert others({"other_emails": {"value": 1}}) == others({}) == set()


def test_a_moment_that_is_none_is_none() -> None:
    strange: list[Any] = [None, 42, "soon", {}]
    assert [moment(value) for value in strange] == [None] * 4
    assert moment("2026-01-05T02:00:00Z") == moment("2026-01-05T02:00:00") == NIGHT


def test_settings_name_what_is_missing() -> None:
    with pytest.raises(ConfigError, match="set FRESHDESK_DOMAIN"):
        load(FreshdeskSettings, {"FRESHDESK_API_KEY": "k"})
    with pytest.raises(ConfigError, match="FRESHDESK_API_KEY"):
        load(FreshdeskSettings, {"FRESHDESK_DOMAIN": "acme", "FRESHDESK_API_KEY": ""})
    settings = load(FreshdeskSettings, {"FRESHDESK_DOMAIN": "acme", "FRESHDESK_API_KEY": "k"})
    assert settings.url() == "https://acme.freshdesk.com"
