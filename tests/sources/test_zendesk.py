"""What the Zendesk connector promises, told against the sandbox's Zendesk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    OrganisationDeleted,
    OrganisationEdited,
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
)
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from sandbox.zendesk.api import Zendesk
from sandbox.zendesk.parts import ident
from sources.zendesk import ZendeskSettings, connector
from sources.zendesk.gone import must_call
from sources.zendesk.rows import shaped, stamp
from tests.patience import Patience
from tests.sources.shelf import Read, Shelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TABLES = ("tickets", "users", "organizations", "ticket_metric_events", "satisfaction_ratings")


class Night:
    """One sandbox Zendesk, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf, self.clock = box, Shelf(connector, home), Patience(box.clock)
        self.settings = load(ZendeskSettings, box.environment)

    @property
    def now(self) -> datetime:
        return self.box.clock.now()

    def pull(self, **options: Any) -> Read:
        self.box.journal.clear()
        return self.shelf.pull(self.settings, self.clock, **options)

    def asked(self, path: str) -> list[dict[str, list[str]]]:
        return [entry.query for entry in self.box.journal.read("zendesk", path)]

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.now


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(people: int = 0, **vendor: Any) -> Night:
            world = make("seeded", people=people) if people else None
            clock = Clock(world.start if world else NIGHT, frozen=True)
            box = stack.enter_context(serve([Zendesk(clock, **vendor)], world, clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def key(kind: str, name: str) -> str:
    return str(ident(kind, name))


def users(count: int, at: datetime) -> list[UserJoined]:
    return [
        UserJoined(key=f"u{n}", at=at + timedelta(seconds=n), email=f"u{n}@x.example")
        for n in range(count)
    ]


def tickets(count: int, at: datetime, *, every: float = 1) -> list[TicketOpened]:
    return [
        TicketOpened(key=f"t{n}", at=at + timedelta(seconds=n * every), requester="u0")
        for n in range(count)
    ]


def organisations(count: int, at: datetime, *, every: float = 1) -> list[OrganisationJoined]:
    return [
        OrganisationJoined(key=f"o{n}", at=at + timedelta(seconds=n * every), name=f"O{n}")
        for n in range(count)
    ]


def test_follows_every_page_of_an_export(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(2500, NIGHT - DAY))
    read = night.pull()
    assert read.failures == {}
    assert len(night.shelf.live("tickets")) == 2500
    assert len(night.shelf.live("ticket_metric_events")) == 2500
    first, *rest = night.asked("/incremental/tickets/cursor")
    assert set(first) == {"start_time", "per_page"}
    assert [set(query) for query in rest] == [{"cursor", "per_page"}] * 2


def test_more_rows_in_one_second_than_a_page_holds_all_arrive(night: Night) -> None:
    night.box.happen(
        *users(1, NIGHT - DAY),
        *tickets(1100, NIGHT - DAY, every=0),
        *organisations(1100, NIGHT - DAY, every=0),
    )
    read = night.pull()
    assert len(night.shelf.live("tickets")) == 1100
    assert len(night.shelf.live("organizations")) == 1100
    assert set(read.failures) == {"ticket_metric_events"}
    assert isinstance(read.failures["ticket_metric_events"], VendorBusyError)
    assert len(night.shelf.live("ticket_metric_events")) == 1000
    night.later()
    assert night.pull().failures == {}


def test_rows_at_the_edge_of_a_time_based_page_arrive_once_and_all(night: Night) -> None:
    night.box.happen(*organisations(2500, NIGHT - DAY, every=0.01))
    assert night.pull().failures == {}
    assert len(night.shelf.live("organizations")) == 2500
    assert night.asked("/api/v2/organizations?") == []


def test_the_second_pull_starts_an_hour_before_the_first_one_ended(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(300, NIGHT - DAY))
    night.pull()
    night.box.happen(TicketSolved(key="t7", at=night.later()))
    night.later(HOUR)
    read = night.pull()
    assert night.shelf.live("tickets")[key("ticket", "t7")]["status"] == "solved"
    newest = NIGHT - DAY + timedelta(seconds=299)
    start = int((newest - HOUR).timestamp())
    assert night.asked("/incremental/tickets/cursor")[0]["start_time"] == [str(start)]
    assert read.gone == {}


def test_the_newest_minute_comes_the_next_night(night: Night) -> None:
    night.box.happen(*users(2, NIGHT - DAY))
    night.box.happen(UserJoined(key="just now", at=night.now))
    night.pull()
    assert key("user", "just now") not in night.shelf.live("users")
    night.later()
    night.pull()
    assert key("user", "just now") in night.shelf.live("users")


def test_a_row_that_shows_up_late_behind_the_cursor_is_found(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(3, NIGHT - HOUR))
    night.pull()
    night.box.happen(TicketOpened(key="late", at=NIGHT - HOUR - 30 * MINUTE, requester="u0"))
    night.later()
    night.pull()
    assert key("ticket", "late") in night.shelf.live("tickets")


def test_a_ticket_the_system_touched_is_seen_though_its_updated_at_is_old(night: Night) -> None:
    night.box.happen(*users(2, NIGHT - 9 * DAY), *tickets(3, NIGHT - 9 * DAY))
    night.pull()
    at = night.later()
    night.box.happen(UsersMerged(key="u1", at=at, loser="u0"))
    night.later(HOUR)
    night.pull()
    assert {r["requester_id"] for r in night.shelf.live("tickets").values()} == {
        ident("user", "u1")
    }
    assert night.shelf.state["tickets"] == int(at.timestamp())


def test_a_deleted_ticket_says_so_and_a_restored_one_is_back(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(3, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(TicketDeleted(key="t1", at=at))
    night.later(HOUR)
    night.pull()
    row = night.shelf.dead("tickets")[key("ticket", "t1")]
    assert (row["status"], datetime.fromisoformat(row["deleted_at"])) == ("deleted", at)
    night.box.happen(TicketRestored(key="t1", at=night.later()))
    night.later(HOUR)
    night.pull()
    assert len(night.shelf.live("tickets")) == 3


def test_a_deletion_the_export_lost_is_found_in_the_list_of_deleted_tickets(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(3, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(TicketDeleted(key="t1", at=at))
    night.later(HOUR)
    night.box.faults.add({"do": "drop_row", "table": "tickets", "having": '"deleted"'})
    night.pull()
    row = night.shelf.dead("tickets")[key("ticket", "t1")]
    assert datetime.fromisoformat(row["deleted_at"]) == at
    assert row["requester_id"] == ident("user", "u0")


def test_a_deleted_user_is_inactive_and_a_merged_one_vanishes(night: Night) -> None:
    night.box.happen(*users(5, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(UserDeleted(key="u1", at=at), UsersMerged(key="u2", at=at, loser="u3"))
    night.later(HOUR)
    read = night.pull()
    assert set(night.shelf.dead("users")) == {key("user", "u1"), key("user", "u3")}
    assert night.shelf.dead("users")[key("user", "u3")]["email"] == "u3@x.example"
    assert read.gone == {"users": [(key("user", "u3"),)]}


def test_nobody_is_called_by_name_while_the_counts_agree(night: Night) -> None:
    night.box.happen(*users(5, NIGHT - DAY), *organisations(3, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(
        UserDeleted(key="u1", at=at),
        UserJoined(key="new", at=at),
        UserEdited(key="u2", at=at, changes={"name": "Ada"}),
    )
    night.later(HOUR)
    night.pull()
    paths = {entry.path for entry in night.box.journal.read("zendesk")}
    assert "/api/v2/users" not in paths
    assert "/api/v2/organizations" not in paths


def test_a_deleted_organization_is_missed_and_looked_up(night: Night) -> None:
    night.box.happen(*organisations(250, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(
        OrganisationDeleted(key="o7", at=at),
        OrganisationEdited(key="o8", at=at, changes={"name": "Renamed"}),
        OrganisationJoined(key="new", at=at, name="New"),
    )
    night.later(HOUR)
    read = night.pull()
    assert read.gone == {"organizations": [(key("organization", "o7"),)]}
    assert night.shelf.live("organizations")[key("organization", "o8")]["name"] == "Renamed"
    assert len(night.shelf.live("organizations")) == 250


def test_a_row_that_slipped_out_of_the_roll_is_looked_up_and_not_buried(night: Night) -> None:
    night.box.happen(*organisations(5, NIGHT - DAY))
    night.pull()
    night.box.happen(OrganisationDeleted(key="o1", at=night.later()))
    night.later(HOUR)
    night.box.faults.add(
        {"do": "drop_row", "table": "organizations", "path": "organizations$", "after": 1}
    )
    read = night.pull()
    assert read.gone == {"organizations": [(key("organization", "o1"),)]}
    assert len(night.shelf.live("organizations")) == 4


def test_a_rating_may_have_no_ticket_and_may_change_its_mind(night: Night) -> None:
    night.box.happen(
        *users(1, NIGHT - 10 * DAY),
        *tickets(1, NIGHT - 10 * DAY),
        Rated(key="r", at=NIGHT - 9 * DAY, requester="u0", score="bad", ticket="t0"),
        Rated(key="s", at=NIGHT - DAY, requester="u0", score="good"),
    )
    night.pull()
    again = Rated(key="r", at=night.later(), requester="u0", score="good", ticket="t0")
    night.box.happen(again)
    night.later(HOUR)
    night.pull()
    ratings = night.shelf.live("satisfaction_ratings")
    assert [r["score"] for r in ratings.values()] == ["good", "good"]
    assert {r["ticket_id"] for r in ratings.values()} == {ident("ticket", "t0"), None}


def test_ratings_are_read_page_by_page(night: Night) -> None:
    night.box.happen(
        *users(1, NIGHT - DAY),
        *(Rated(key=f"r{n}", at=NIGHT - DAY, requester="u0", score="good") for n in range(250)),
    )
    night.pull()
    assert len(night.shelf.live("satisfaction_ratings")) == 250
    assert len(night.asked("satisfaction_ratings")) == 3


def test_a_window_reads_its_days_again_and_leaves_the_cursors_alone(night: Night) -> None:
    night.box.happen(
        *users(1, NIGHT - 9 * DAY),
        *tickets(3, NIGHT - 9 * DAY),
        *(TicketUpdated(key="t1", at=NIGHT - 3 * DAY, comment="hm") for _ in range(1)),
    )
    night.pull()
    before = dict(night.shelf.state)
    night.later()
    read = night.pull(since=NIGHT - 4 * DAY, until=NIGHT - 2 * DAY)
    assert night.shelf.state == before
    assert read.sizes["tickets"] == 1
    assert not night.asked("/deleted_tickets")
    assert not night.asked("/count")


def test_a_window_of_the_last_seconds_is_not_refused(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY))
    assert night.pull(since=NIGHT - timedelta(seconds=5)).failures == {}


def test_a_full_pull_reads_everything_again(night: Night) -> None:
    night.box.happen(*users(3, NIGHT - 9 * DAY), *organisations(2, NIGHT - 9 * DAY))
    night.pull()
    night.later()
    read = night.pull(full=True)
    assert (read.sizes["users"], read.sizes["organizations"]) == (3, 2)


def test_an_export_that_breaks_off_goes_on_where_it_was(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(3500, NIGHT - DAY, every=10))
    night.box.faults.add(
        {"do": "status", "status": 403, "path": "/incremental/tickets", "after": 2}
    )
    read = night.pull()
    assert set(read.failures) == {"tickets"}
    assert len(night.shelf.live("tickets")) == 2000
    night.later()
    read = night.pull()
    assert len(night.shelf.live("tickets")) == 3500
    assert read.sizes["tickets"] < 2000


def test_a_night_keeps_within_zendesks_limits(night: Night) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(12_000, NIGHT - DAY))
    read = night.pull()
    assert night.box.journal.counts()["zendesk"] == {200: read.meter.calls}
    assert len(night.shelf.live("tickets")) == 12_000
    assert sum(night.clock.waits) >= 60


@pytest.mark.parametrize("wait", [None, 3])
def test_a_throttle_is_waited_out(night: Night, wait: float | None) -> None:
    night.box.happen(*users(1, NIGHT - DAY), *tickets(1500, NIGHT - DAY))
    night.box.faults.add(
        {"do": "status", "status": 429, "retry_after": wait, "path": "/tickets/cursor", "after": 1}
    )
    read = night.pull()
    assert read.meter.retries == 1
    assert len(night.shelf.live("tickets")) == 1500


def test_a_token_that_dies_on_page_two_is_renewed_and_its_successor_kept(opened: Open) -> None:
    night = opened(token_lifetime=timedelta(hours=2))
    night.box.happen(*users(1, NIGHT - DAY), *tickets(2500, NIGHT - DAY))
    night.box.faults.add({"do": "expire_tokens", "path": "/tickets/cursor", "after": 1})
    assert night.pull().failures == {}
    assert len(night.shelf.live("tickets")) == 2500
    night.later()
    assert night.pull().failures == {}


def test_a_token_that_ends_while_we_wait_is_renewed(opened: Open) -> None:
    night = opened(token_lifetime=2 * MINUTE)
    night.box.happen(*users(1, NIGHT - DAY), *tickets(1500, NIGHT - DAY))
    night.box.faults.add(
        {"do": "status", "status": 429, "retry_after": 300, "path": "/tickets/cursor", "after": 1}
    )
    assert night.pull().failures == {}
    assert len(night.shelf.live("tickets")) == 1500
    assert 401 in night.box.journal.counts()["zendesk"]


def test_an_api_token_still_works(opened: Open) -> None:
    night = opened(api_token=True)
    night.box.happen(*users(1, NIGHT - DAY))
    assert night.pull().failures == {}
    assert len(night.shelf.live("users")) == 1


def test_a_stream_that_is_refused_stops_no_other(night: Night) -> None:
    night.box.happen(*users(2, NIGHT - DAY), *tickets(2, NIGHT - DAY))
    night.box.faults.add({"do": "status", "status": 403, "path": "satisfaction", "times": 0})
    read = night.pull()
    assert set(read.failures) == {"satisfaction_ratings"}
    assert isinstance(read.failures["satisfaction_ratings"], VendorRefusedError)
    assert len(night.shelf.live("tickets")) == 2


def test_a_wrong_token_is_told_by_its_variable_and_never_shown(night: Night) -> None:
    night.settings = load(
        ZendeskSettings, {**night.box.environment, "ZENDESK_ACCESS_TOKEN": "wrong-and-long"}
    )
    read = night.pull()
    assert set(read.failures) == set(TABLES)
    assert "ZENDESK_ACCESS_TOKEN" in read.failures["users"].next_step
    assert "wrong-and-long" not in str(read.failures["users"])


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ZENDESK_SUBDOMAIN": "acme"},
        {"ZENDESK_ACCESS_TOKEN": "t"},
        {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_EMAIL": "a@x.example"},
        {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_REFRESH_TOKEN": "t"},
    ],
)
def test_half_a_set_of_credentials_says_what_to_set(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="set ZENDESK_"):
        load(ZendeskSettings, given)


def test_a_machine_whose_clock_is_ahead_loses_nothing(night: Night) -> None:
    night.clock = Patience(night.box.clock, ahead=timedelta(hours=6))
    night.box.happen(*users(2, NIGHT - HOUR))
    assert night.pull().failures == {}
    night.box.happen(UserJoined(key="new", at=night.later(HOUR)))
    night.later(HOUR)
    assert night.pull().failures == {}
    assert key("user", "new") in night.shelf.live("users")


def test_a_record_from_the_future_does_not_wedge_the_cursor(night: Night) -> None:
    night.box.happen(*users(2, NIGHT - DAY))
    future = "2199-01-01T00:00:00Z"
    night.box.faults.add(
        {
            "do": "set_field",
            "path": "/incremental/users",
            "table": "users",
            "field": "updated_at",
            "value": future,
        }
    )
    night.pull()
    assert future in {row["updated_at"] for row in night.shelf.live("users").values()}
    assert night.shelf.state["users"] == int(night.now.timestamp())
    night.box.happen(UserJoined(key="new", at=night.later()))
    night.later(HOUR)
    assert night.pull().failures == {}
    assert key("user", "new") in night.shelf.live("users")


def test_a_record_without_its_id_is_passed_on_to_be_quarantined(night: Night) -> None:
    night.box.happen(*users(3, NIGHT - DAY))
    night.box.faults.add(
        {"do": "drop_field", "path": "/incremental/users", "table": "users", "field": "id"}
    )
    read = night.pull()
    assert read.failures == {}
    assert len(read.keyless) == 1
    assert len(night.shelf.live("users")) == 2


def test_night_after_night_the_shelf_holds_what_zendesk_holds(opened: Open) -> None:
    night = opened(people=120)
    vendor = night.box.vendors["zendesk"]
    for _ in range(8):
        night.later(5 * MINUTE)
        assert night.pull().failures == {}
        truth = vendor.truth()
        for table in TABLES:
            deleted = {str(k) for k, fact in truth[table].items() if fact["deleted"]}
            assert set(night.shelf.live(table)) == {str(k) for k in truth[table]} - deleted, table
            assert set(night.shelf.dead(table)) <= deleted
            for found, row in night.shelf.live(table).items():
                stored = vendor.store.collections[table].get(int(found))
                assert stored is not None
                assert row == stored.json()
        night.box.evolve()


@pytest.mark.parametrize(
    ("difference", "off_by", "exact", "called", "due"),
    [
        (0, 0, True, None, False),
        (-1, 0, True, NIGHT, True),
        (3, 3, True, NIGHT, False),
        (0, 3, True, NIGHT, True),
        (-500, 0, False, NIGHT - 6 * DAY, False),
        (0, 0, False, NIGHT - 7 * DAY, True),
        (0, 0, False, None, True),
    ],
)
def test_a_roll_call_is_due_when_somebody_may_have_left_unseen(
    difference: int, off_by: int, called: datetime | None, *, exact: bool, due: bool
) -> None:
    called_at = called.isoformat() if called else None
    assert due == must_call(difference, off_by=off_by, exact=exact, called_at=called_at, now=NIGHT)


def test_an_inactive_user_was_deleted_and_a_suspended_one_was_not() -> None:
    gone = {"id": 1, "active": False, "updated_at": "2026-01-05T02:00:00Z"}
    kept = {"id": 2, "active": True, "suspended": True}
    rows = shaped("users", [gone, kept])
    assert [row.get("deleted_at") for row in rows] == ["2026-01-05T02:00:00Z", None]


def test_the_export_is_followed_by_its_own_stamp() -> None:
    second = int(NIGHT.timestamp())
    assert stamp({"generated_timestamp": second, "updated_at": "2020-01-01T00:00:00Z"}) == second
    assert stamp({"updated_at": "2026-01-05T02:00:00Z"}) == second
    assert stamp({"updated_at": 7, "created_at": "2026-01-05T02:00:00Z"}) == second
    assert stamp({"updated_at": "yesterday"}) == 0
