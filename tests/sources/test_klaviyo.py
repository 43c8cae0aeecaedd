"""What the Klaviyo connector promises, told against the sandbox's Klaviyo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.pace import Told
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    ListCreated,
    ListJoined,
    ListLeft,
    MailEvent,
)
from sandbox.klaviyo.api import Klaviyo
from sandbox.klaviyo.parts import short, ulid
from sandbox.serve import Sandbox, serve
from sources.klaviyo import KlaviyoSettings, connector
from sources.klaviyo.api import Tier, next_page, told
from sources.klaviyo.sweep import FEW
from sources.klaviyo.times import Reach, since
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CONSENT = "subscriptions__email__marketing__consent"
SUPPRESSION = "subscriptions__email__marketing__suppression"


class Night:
    """One sandbox Klaviyo, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, ShapedShelf(home)
        self.vendor: Any = box.vendors["klaviyo"]

    def pull(self, settings: dict[str, str] | None = None, **options: Any) -> None:
        self.box.journal.clear()
        given = load(KlaviyoSettings, {**self.box.environment, **(settings or {})})
        self.shelf.pull(connector, given, self.box.clock, **options)

    def asked(self, path: str) -> list[dict[str, list[str]]]:
        return [entry.query for entry in self.box.journal.read("klaviyo", path)]

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.box.clock.now()

    def profile(self, key: str) -> dict[str, Any]:
        return self.shelf.live("profiles")[ulid("profile", key)]

    def places(self, table: str) -> set[tuple[str, ...]]:
        return set(self.shelf.keys(table))


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([Klaviyo(clock, **vendor)], clock=clock))
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
    told = {"email": f"{to}@x.example", "campaign": campaign, "contact": to, "subject": "Hello"}
    return MailEvent(key=key, at=at, kind=kind, **told)


def test_profiles_arrive_from_every_page_with_what_they_agreed_to(night: Night) -> None:
    night.box.happen(
        *people(250), ContactEdited(key="p1", at=NIGHT - HOUR, changes={"opted_out": True})
    )
    night.pull()
    assert len(night.shelf.live("profiles")) == 250
    assert night.profile("p0")[CONSENT] == "SUBSCRIBED"
    assert night.profile("p1")[CONSENT] == "UNSUBSCRIBED"


def test_what_changes_in_the_very_second_of_a_pull_is_not_lost(night: Night) -> None:
    night.box.happen(*people(1), ContactJoined(key="a", at=NIGHT, email="a@x.example"))
    night.pull()
    night.box.happen(ContactJoined(key="b", at=NIGHT, email="b@x.example"))
    night.later()
    night.pull()
    assert len(night.shelf.live("profiles")) == 3


def test_the_cursor_is_the_latest_change_seen_in_whatever_order_they_come(opened: Open) -> None:
    night = opened(disorder=True)
    night.box.happen(*people(250))
    night.pull()
    assert night.shelf.state["profiles"] == "2026-01-04T02:04:09Z"


def test_a_walk_that_breaks_off_leaves_the_cursor_where_it_was(opened: Open) -> None:
    night = opened(disorder=True)
    night.box.happen(*people(250))
    broken = {"do": "status", "status": 500, "path": "/api/profiles$", "after": 2, "times": 0}
    night.box.faults.add(broken)
    night.pull()
    assert isinstance(night.shelf.failures["profiles"], VendorBusyError)
    assert "profiles" not in night.shelf.state
    night.box.faults.clear()
    night.later()
    night.pull()
    assert len(night.shelf.live("profiles")) == 250


def test_a_small_account_is_read_whole_each_night_and_tells_who_is_gone(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    night.pull()
    gone = night.shelf.gone("profiles")
    assert {row["email"] for row in gone.values()} == {"p1@x.example"}


def test_a_large_account_is_read_whole_once_a_week(night: Night) -> None:
    night.box.happen(*people(FEW + 2, every=80))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    night.pull()
    assert len(night.asked("/api/profiles")) == 1
    assert night.asked("/api/profiles")[0]["filter"] == [
        "greater-than(updated,2026-01-04T23:14:39Z)"
    ]
    assert night.shelf.gone("profiles") == {}
    night.later(6 * DAY)
    night.pull()
    assert set(night.shelf.gone("profiles")) == {ulid("profile", "p1")}
    night.later()
    night.pull(settings={"KLAVIYO_SWEEP_DAYS": "1"})
    assert len(night.asked("/api/profiles")) > 10


def test_a_profile_that_a_page_left_out_is_looked_up_and_stays(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.later()
    lost = {"do": "drop_row", "table": "profiles", "having": "p3@x.example"}
    night.box.faults.add(lost)
    night.pull()
    assert len(night.shelf.live("profiles")) == 5


@pytest.mark.parametrize("into", ["p0", ""])
def test_the_loser_of_a_merge_is_gone_and_says_into_whom_where_klaviyo_does(
    opened: Open, into: str
) -> None:
    night = opened(merges_resolve=bool(into))
    night.box.happen(*people(3))
    night.pull()
    night.box.happen(ContactsMerged(key="p0", loser="p1", at=night.later()))
    night.pull()
    (row,) = night.shelf.gone("profiles").values()
    assert row["email"] == "p1@x.example"
    assert row["merged_into"] == (ulid("profile", into) if into else None)


def test_a_suppression_comes_and_goes_though_it_moves_no_time(opened: Open) -> None:
    night = opened(consent_touches=False)
    night.box.happen(*people(1))
    night.pull()
    night.box.happen(ContactArchived(key="p0", at=night.later()))
    night.pull()
    assert "USER_SUPPRESSED" in night.profile("p0")[SUPPRESSION]
    night.box.happen(ContactRestored(key="p0", at=night.later()))
    night.pull()
    assert night.profile("p0")[SUPPRESSION] == "[]"


def test_an_event_says_what_it_is_and_about_which_mail(night: Night) -> None:
    night.box.happen(*people(1), mail("open", NIGHT - HOUR), mail("click", NIGHT - HOUR))
    night.pull()
    rows = night.shelf.live("events").values()
    assert {row["metric_name"] for row in rows} == {"Opened Email", "Clicked Email"}
    assert {row["profile_id"] for row in rows} == {ulid("profile", "p0")}
    assert {(row["campaign_name"], row["subject"]) for row in rows} == {("news", "Hello")}


def test_events_that_come_in_days_late_arrive(night: Night) -> None:
    night.box.happen(*people(3), mail("open", NIGHT - HOUR))
    night.pull()
    night.box.happen(mail("open", NIGHT - 6 * DAY, to="p1"), mail("open", NIGHT - 9 * DAY, to="p2"))
    night.later()
    night.pull()
    late = {ulid("profile", to) for to in ("p0", "p1")}
    assert {row["profile_id"] for row in night.shelf.live("events").values()} == late
    night.later()
    night.pull(settings={"KLAVIYO_LATE_DAYS": "12"})
    assert len(night.shelf.live("events")) == 3


def test_archived_campaigns_are_asked_for_and_stay(night: Night) -> None:
    names = ("new", "old", "older")
    night.box.happen(*people(1), *(mail("open", NIGHT, campaign=name) for name in names))
    night.vendor.archive_campaign("older", NIGHT)
    night.pull()
    night.vendor.archive_campaign("old", night.later())
    night.pull()
    rows = night.shelf.live("campaigns").values()
    assert {row["name"]: row["archived"] for row in rows} == {
        "new": False,
        "old": True,
        "older": True,
    }


def test_who_joins_and_leaves_lists_and_segments_is_told(night: Night) -> None:
    night.box.happen(
        *people(3),
        ListCreated(key="vip", at=NIGHT - HOUR, name="VIP"),
        ListCreated(key="buyers", at=NIGHT - HOUR, name="Buyers", dynamic=True),
        *(ListJoined(key=k, at=NIGHT - HOUR, contact="p0") for k in ("vip", "buyers")),
        ListJoined(key="vip", at=NIGHT - HOUR, contact="p1"),
    )
    night.pull()
    vip, buyers = short("list", "vip"), short("list", "buyers")
    p0, p1 = ulid("profile", "p0"), ulid("profile", "p1")
    assert night.places("list_profiles") == {(vip, p0), (vip, p1)}
    assert night.places("segment_profiles") == {(buyers, p0)}
    night.box.happen(ListLeft(key="vip", at=night.later(), contact="p0"))
    night.pull()
    assert night.places("list_profiles") == {(vip, p1)}
    night.vendor.delete_list("vip", night.later())
    night.pull()
    assert set(night.shelf.gone("lists")) == {vip}
    assert night.places("list_profiles") == set()


def test_a_membership_that_a_page_left_out_is_read_again_and_stays(night: Night) -> None:
    night.box.happen(
        *people(2),
        ListCreated(key="vip", at=NIGHT - HOUR, name="VIP"),
        *(ListJoined(key="vip", at=NIGHT - HOUR, contact=f"p{n}") for n in range(2)),
    )
    night.pull()
    night.later()
    night.box.faults.add({"do": "drop_row", "table": "list_profiles"})
    night.pull()
    assert len(night.places("list_profiles")) == 2


def test_a_window_brings_what_changed_in_it_and_moves_no_cursor(night: Night) -> None:
    night.box.happen(*people(3), mail("open", NIGHT - HOUR), mail("open", NIGHT - 9 * DAY))
    night.pull()
    kept = dict(night.shelf.state)
    night.shelf.tables.clear()
    night.pull(since=NIGHT - DAY + SECOND, until=NIGHT - DAY + 2 * SECOND)
    assert set(night.shelf.live("profiles")) == {ulid("profile", "p1")}
    assert "events" not in night.shelf.tables
    night.pull(since=NIGHT - 2 * HOUR, until=NIGHT)
    assert len(night.shelf.live("events")) == 1
    assert night.shelf.state == kept


def test_a_minute_that_is_used_up_is_waited_out_without_a_429(opened: Open) -> None:
    night = opened(limits={"profiles": (75, 3)})
    night.box.happen(*people(800))
    night.pull()
    assert len(night.shelf.live("profiles")) == 800
    assert {entry.status for entry in night.box.journal.read("klaviyo")} == {200}


def test_every_request_names_the_revision_and_a_wrong_one_is_told(night: Night) -> None:
    night.pull(settings={"KLAVIYO_REVISION": "newest"})
    assert all(isinstance(one, VendorRefusedError) for one in night.shelf.failures.values())
    assert len(night.shelf.failures) == 6


def test_a_next_page_on_another_host_is_never_asked_for() -> None:
    home = "https://a.klaviyo.com"
    assert next_page({"links": {"next": f"{home}/api/profiles?page"}}, home) is not None
    assert next_page({"links": {"self": home}}, home) is None
    for other in ("https://evil.example/api", "http://a.klaviyo.com/api", "/api/profiles"):
        with pytest.raises(VendorRefusedError, match="another host"):
            next_page({"links": {"next": other}}, home)


def test_a_pace_keeps_the_second_and_the_minute() -> None:
    tier = Tier(burst=2, steady=3)
    assert [tier.take(NIGHT) for _ in range(3)] == [0, 0, 1]
    assert tier.take(NIGHT + SECOND) == 59


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            {"RateLimit-Limit": "150", "RateLimit-Remaining": "0", "RateLimit-Reset": "17"},
            Told(150, 0, reset=17),
        ),
        ({"RateLimit-Remaining": "many", "RateLimit-Reset": "17"}, Told(reset=17)),
        ({}, Told()),
    ],
)
def test_headers_tell_of_the_endpoint_that_answered(
    headers: dict[str, str], expected: Told
) -> None:
    response = requests.Response()
    response.url = "https://a.klaviyo.com/api/campaigns/?page[cursor]=x"
    response.headers.update(headers)
    assert told(response) == {"/api/campaigns": expected}


def test_a_filter_is_asked_a_tick_earlier_because_there_is_no_or_equal() -> None:
    assert since("updated", NIGHT) == ["greater-than(updated,2026-01-05T01:59:59Z)"]
    assert since("updated", None) == []


def test_a_cursor_goes_neither_back_nor_into_the_future() -> None:
    reach = Reach(NIGHT)
    reach.note([{"updated": "2026-01-05T03:00:00+00:00"}, {"updated": 7}, {}], "updated")
    assert reach.cursor(None) == "2026-01-05T02:00:00Z"
    early = Reach(NIGHT)
    early.note([{"updated": "2026-01-04T00:00:00+00:00"}], "updated")
    assert early.cursor("2026-01-04T12:00:00Z") == "2026-01-04T12:00:00Z"
    assert Reach(NIGHT).cursor("2026-01-04T12:00:00Z") is None


def test_a_missing_key_is_named() -> None:
    with pytest.raises(ConfigError, match="set KLAVIYO_API_KEY"):
        load(KlaviyoSettings, {})
    settings = load(KlaviyoSettings, {"KLAVIYO_ACCESS_TOKEN": "t"})
    assert settings.authorization() == "Bearer t"
