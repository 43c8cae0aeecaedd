"""What our HubSpot connector promises, told against a portal in miniature."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import VendorBusyError, VendorRefusedError
from core.pull import Pull
from core.records import TableLog
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealOpened,
    Happening,
    ListCreated,
    ListJoined,
    ListLeft,
    MailEvent,
    to_json,
)
from sandbox.hubspot.portal import HubSpot
from sandbox.serve import Sandbox, serve
from sources._sightings import Sightings
from sources.hubspot import KINDS, HubspotSettings, _portal, connector
from sources.hubspot.absences import Absences
from sources.hubspot.api import results
from sources.hubspot.objects import Reading, merged_ids
from sources.hubspot.properties import chosen, sheets
from sources.hubspot.search import changes
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf as Shelf

Opened = Callable[[HubSpot], Sandbox]
NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open a portal at night; it closes when the story ends."""
    with ExitStack() as doors:
        yield lambda vendor: doors.enter_context(serve([vendor], clock=Clock(NIGHT)))


@pytest.fixture
def hub(opened: Opened) -> Sandbox:
    return opened(HubSpot())


def pull(
    shelf: Shelf,
    hub: Sandbox,
    *,
    full: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    **settings: str,
) -> dict[str, TableLog]:
    environment = hub.vendors["hubspot"].credentials()
    environment |= {f"HUBSPOT_{name.upper()}": value for name, value in settings.items()}
    hub.journal.clear()
    return shelf.pull(
        connector,
        load(HubspotSettings, environment),
        hub.clock,
        full=full,
        since=since,
        until=until,
    )


def reading(shelf: Shelf, hub: Sandbox) -> Reading:
    settings = load(HubspotSettings, hub.vendors["hubspot"].credentials())
    this = Pull(home=shelf.home, clock=Patience(hub.clock), known=shelf)
    return Reading(_portal(settings, this), this, KINDS[0], Sightings("contacts", shelf))


def ago(hub: Sandbox, **past: float) -> datetime:
    return hub.clock.now() - timedelta(**past)


def person(key: str, at: datetime, **properties: str) -> ContactJoined:
    return ContactJoined(
        key=key, at=at, first_name=key, email=f"{key}@example.com", properties=properties
    )


def people(hub: Sandbox, count: int, at: datetime | None = None) -> None:
    start = at or ago(hub, days=2)
    hub.happen(*(person(f"p{n}", start + timedelta(seconds=n)) for n in range(count)))


def contacts(shelf: Shelf) -> set[str]:
    return {row["properties__firstname"] for row in shelf.live("contacts").values()}


def lost(shelf: Shelf) -> set[str]:
    return {row["properties__firstname"] for row in shelf.gone("contacts").values()}


def searches(hub: Sandbox) -> list[dict[str, Any]]:
    """Bodies of the searches for changed contacts."""
    entries = hub.journal.read("hubspot", "contacts/search")
    bodies = [json.loads(entry.body) for entry in entries]
    return [body for body in bodies if body["filterGroups"]]


def befall(hub: Sandbox, path: str, do: str, *, after: int = 0, **fault: object) -> None:
    hub.faults.add({"vendor": "hubspot", "path": path, "do": do, "after": after, **fault})


def meanwhile(hub: Sandbox, path: str, *happenings: Happening, after: int = 0) -> None:
    befall(hub, path, "happen", after=after, happenings=[to_json(h) for h in happenings])


@pytest.mark.parametrize("version", ["2026-03", "v3"])
def test_every_contact_of_every_page_arrives(shelf: Shelf, hub: Sandbox, version: str) -> None:
    people(hub, 250)
    pull(shelf, hub, api_version=version)
    assert contacts(shelf) == {f"p{n}" for n in range(250)}
    assert all(version in entry.path for entry in hub.journal.read("hubspot", "/contacts/search"))


def test_properties_a_portal_added_itself_come_along(shelf: Shelf, hub: Sandbox) -> None:
    hub.happen(person("ada", ago(hub, days=1), shopify_customer_id="123", shoe_size="37"))
    pull(shelf, hub)
    (ada,) = shelf.live("contacts").values()
    assert ada["properties__shopify_customer_id"] == "123"
    assert ada["properties__email"] == "ada@example.com"


def test_the_second_pull_asks_only_for_what_changed(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 250)
    pull(shelf, hub)
    hub.happen(person("late", hub.clock.now()))
    log = pull(shelf, hub)
    assert "late" in contacts(shelf)
    assert log["contacts"].read == 1
    assert len(searches(hub)) == 1


def test_pulling_twice_changes_nothing(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 5)
    hub.happen(ContactsMerged(key="p1", loser="p2", at=ago(hub, hours=3)))
    hub.happen(ContactArchived(key="p3", at=ago(hub, hours=2)))
    pull(shelf, hub)
    pull(shelf, hub)
    assert shelf.changed == 0


def test_a_contact_that_the_index_shows_late_is_not_lost(shelf: Shelf, opened: Opened) -> None:
    hub = opened(HubSpot(lag=900))
    people(hub, 2)
    pull(shelf, hub)
    hub.happen(person("slow", hub.clock.now()))
    hub.clock.advance(60)
    pull(shelf, hub)
    hub.clock.advance(60 * 30)
    hub.happen(person("quick", ago(hub, minutes=16)))
    pull(shelf, hub)
    hub.clock.advance(60 * 30)
    pull(shelf, hub)
    assert contacts(shelf) == {"p0", "p1", "slow", "quick"}


def test_a_change_stamped_before_the_cursor_is_found_within_the_hour(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 2)
    pull(shelf, hub)
    hub.happen(ContactEdited(key="p0", at=ago(hub, minutes=50), changes={"first_name": "Late"}))
    pull(shelf, hub)
    assert contacts(shelf) == {"Late", "p1"}


def test_more_changes_than_a_search_shows_all_arrive(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 1)
    pull(shelf, hub)
    people(hub, 10_300, at=ago(hub, minutes=30))
    pull(shelf, hub)
    assert shelf.failures == {}
    assert len(shelf.live("contacts")) == 10_300


def test_an_import_of_more_contacts_in_one_millisecond_than_a_search_shows_all_arrives(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 1)
    pull(shelf, hub)
    at = hub.clock.now()
    hub.happen(person("before", at - timedelta(milliseconds=1)))
    hub.happen(*(person(f"same{n}", at) for n in range(10_300)))
    hub.happen(person("after", at + timedelta(milliseconds=1)))
    pull(shelf, hub)
    assert shelf.failures == {}
    assert len(shelf.live("contacts")) == 10_303
    assert {"before", "after"} < contacts(shelf)


def test_contacts_that_shift_while_pages_are_read_are_not_skipped(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 1)
    pull(shelf, hub)
    hub.clock.advance(7_200)
    people(hub, 450, at=ago(hub, minutes=30))
    edits = [ContactEdited(key=f"p{n}", at=hub.clock.now(), changes={}) for n in range(5)]
    meanwhile(hub, "contacts/search", *edits, after=1)
    pull(shelf, hub)
    assert len(shelf.live("contacts")) == 450


def test_a_pull_that_died_in_the_list_goes_on_there(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 450)
    befall(hub, "objects.*/contacts$", "status", status=502, after=2, times=6)
    pull(shelf, hub)
    assert isinstance(shelf.failures["contacts"], VendorBusyError)
    assert len(shelf.live("contacts")) == 200
    hub.happen(ContactEdited(key="p0", at=hub.clock.now(), changes={"first_name": "Edited"}))
    log = pull(shelf, hub)
    assert log["contacts"].read < 450
    assert len(shelf.live("contacts")) == 450
    pull(shelf, hub)
    assert "Edited" in contacts(shelf)


def test_a_pull_that_died_in_the_search_goes_on_there(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 1)
    pull(shelf, hub)
    hub.clock.advance(86_400)
    people(hub, 900, at=ago(hub, hours=20))
    befall(hub, "contacts/search", "status", status=502, after=2, times=6)
    pull(shelf, hub)
    died = shelf.state["contacts"]
    assert isinstance(shelf.failures["contacts"], VendorBusyError)
    assert died > "2026-01-05T06:00"
    pull(shelf, hub)
    assert len(shelf.live("contacts")) == 900


def test_an_archived_contact_is_deleted_and_a_restored_one_lives_again(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 3)
    pull(shelf, hub)
    at = hub.clock.now()
    hub.happen(ContactArchived(key="p1", at=at))
    pull(shelf, hub)
    (gone,) = shelf.gone("contacts").values()
    assert gone["properties__firstname"] == "p1"
    assert abs(gone["deleted_at"] - at) < timedelta(milliseconds=1)
    hub.clock.advance(7_200)
    hub.happen(ContactRestored(key="p1", at=hub.clock.now()))
    pull(shelf, hub)
    assert contacts(shelf) == {"p0", "p1", "p2"}


def test_an_erased_contact_is_found_by_the_count(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 3)
    pull(shelf, hub)
    hub.happen(ContactErased(key="p1", at=hub.clock.now()))
    pull(shelf, hub)
    assert contacts(shelf) == {"p0", "p2"}
    assert lost(shelf) == {"p1"}


def test_one_erased_and_one_restored_on_one_night_do_not_hide_each_other(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 3)
    hub.happen(ContactArchived(key="p1", at=ago(hub, hours=30)))
    pull(shelf, hub)
    hub.clock.advance(86_400)
    hub.happen(ContactRestored(key="p1", at=hub.clock.now()))
    hub.happen(ContactErased(key="p2", at=hub.clock.now()))
    pull(shelf, hub)
    assert contacts(shelf) == {"p0", "p1"}


def test_no_list_is_read_again_while_the_count_agrees(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 3)
    pull(shelf, hub)
    pull(shelf, hub)
    lists = hub.journal.read("hubspot", "/crm/objects/2026-03/contacts")
    assert not [e for e in lists if e.query.get("archived") == ["false"]]


def test_a_full_pull_heals_what_the_count_hides(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 3)
    pull(shelf, hub)
    shelf.tables["contacts"].pop(next(k for k, r in shelf.tables["contacts"].items()))
    (there, *_) = contacts(shelf)
    hub.happen(ContactErased(key=there, at=hub.clock.now()))
    hub.clock.advance(86_400)
    pull(shelf, hub)
    assert there in contacts(shelf)
    pull(shelf, hub, full=True)
    assert contacts(shelf) == {"p0", "p1", "p2"} - {there}


def test_the_end_of_a_merged_contact_does_not_move_with_its_winner(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 2)
    pull(shelf, hub)
    hub.happen(ContactsMerged(key="p0", loser="p1", at=hub.clock.now()))
    pull(shelf, hub)
    (before,) = shelf.gone("contacts").values()
    hub.clock.advance(3_600)
    hub.happen(ContactEdited(key="p0", at=hub.clock.now(), changes={"first_name": "Edited"}))
    pull(shelf, hub)
    (after,) = shelf.gone("contacts").values()
    assert contacts(shelf) == {"Edited"}
    assert after == before


def test_an_archived_contact_keeps_what_we_knew_of_its_merging(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 3)
    pull(shelf, hub)
    hub.happen(ContactsMerged(key="p1", loser="p2", at=hub.clock.now()))
    pull(shelf, hub)
    (loser,) = shelf.gone("contacts")
    absences = Absences(reading(shelf, hub))
    (row,) = absences._archived([{"id": loser, "archivedAt": "2026-01-05T02:00:00Z"}])
    assert row["merged_into"] in shelf.live("contacts")
    assert row["deleted_at"] == "2026-01-05T02:00:00Z"


@pytest.mark.parametrize("renumber", [True, False])
def test_a_merged_contact_points_to_the_one_it_became(
    shelf: Shelf, opened: Opened, *, renumber: bool
) -> None:
    hub = opened(HubSpot(merges_renumber=renumber))
    people(hub, 3)
    pull(shelf, hub)
    hub.happen(ContactsMerged(key="p1", loser="p2", at=hub.clock.now()))
    pull(shelf, hub)
    winner = next(
        i for i, r in shelf.live("contacts").items() if r["properties__firstname"] != "p0"
    )
    gone = shelf.gone("contacts").values()
    assert {row["merged_into"] for row in gone} == {winner}
    assert {row["properties__firstname"] for row in gone} == ({"p1", "p2"} if renumber else {"p2"})
    pull(shelf, hub)
    assert shelf.changed == 0


def test_a_merge_while_pages_are_read_leaves_one_contact(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 250)
    merge = ContactsMerged(key="p249", loser="p0", at=hub.clock.now())
    meanwhile(hub, "objects.*/contacts$", merge, after=1)
    pull(shelf, hub)
    pull(shelf, hub)
    assert len(shelf.live("contacts")) == 249
    assert len([r for r in shelf.gone("contacts").values() if r["merged_into"]]) == 1


def test_associations_are_read_though_they_change_no_record(shelf: Shelf, opened: Opened) -> None:
    hub = opened(HubSpot(association_page=1))
    at = ago(hub, days=2)
    hub.happen(
        CompanyJoined(key="acme", name="Acme", at=at),
        ContactJoined(key="ada", at=at, first_name="ada", company="acme"),
        person("bob", at),
        DealOpened(key="deal", name="Deal", at=at, contacts=("ada", "bob"), company="acme"),
    )
    pull(shelf, hub)
    kinds = sorted((key[0], key[2]) for key in shelf.keys("associations"))
    pairs = [("contacts", "companies"), ("deals", "companies"), *[("deals", "contacts")] * 2]
    assert kinds == pairs
    hub.happen(ContactArchived(key="ada", at=hub.clock.now()))
    pull(shelf, hub)
    kinds = sorted((key[0], key[2]) for key in shelf.keys("associations"))
    assert kinds == [("deals", "companies"), ("deals", "contacts")]
    pull(shelf, hub)
    assert shelf.changed == 0


def test_lists_and_their_members_are_read_completely(shelf: Shelf, hub: Sandbox) -> None:
    at = ago(hub, days=2)
    people(hub, 300)
    hub.happen(ListCreated(key="news", name="News", at=at))
    hub.happen(*(ListJoined(key="news", contact=f"p{n}", at=at) for n in range(300)))
    pull(shelf, hub)
    assert shelf.live("lists").popitem()[1]["name"] == "News"
    assert shelf.count("list_memberships") == 300
    hub.happen(ListLeft(key="news", contact="p7", at=hub.clock.now()))
    log = pull(shelf, hub)
    assert shelf.count("list_memberships") == 299
    assert log["list_memberships"].deleted == 1


def test_what_became_of_each_mail_is_read_from_the_log(shelf: Shelf, hub: Sandbox) -> None:
    def mail(number: int, at: datetime) -> MailEvent:
        return MailEvent(
            key=f"m{number}", at=at, kind="open", email="ada@example.com", campaign="spring"
        )

    hub.happen(*(mail(n, ago(hub, days=30, seconds=n)) for n in range(2_300)))
    pull(shelf, hub)
    assert len(shelf.live("email_events")) == 2_300
    hub.happen(mail(5_000, ago(hub, hours=5)))
    log = pull(shelf, hub)
    assert log["email_events"].read == 1
    assert len(shelf.live("email_events")) == 2_301
    opened = shelf.live("email_events").popitem()[1]
    assert (opened["type"], opened["recipient"]) == ("OPEN", "ada@example.com")


def test_a_window_is_read_again_and_leaves_the_cursors_alone(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 3)
    hub.happen(person("old", ago(hub, days=90)))
    pull(shelf, hub)
    before = dict(shelf.state)
    hub.happen(ContactErased(key="p1", at=hub.clock.now()))
    start = ago(hub, days=91)
    log = pull(shelf, hub, since=start, until=start + timedelta(days=3))
    assert log["contacts"].read == 1
    assert shelf.state == before
    assert len(shelf.live("contacts")) == 4


def test_a_contact_dated_in_the_future_does_not_hide_the_next_ones(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 1)
    pull(shelf, hub)
    hub.happen(person("future", hub.clock.now() + timedelta(days=400)))
    pull(shelf, hub)
    assert shelf.state["contacts"] < "2026-01-05T03:00"
    hub.clock.advance(3_600 * 5)
    hub.happen(person("now", hub.clock.now()))
    pull(shelf, hub)
    assert contacts(shelf) == {"p0", "future", "now"}


def test_a_token_that_dies_on_page_two_is_renewed_and_kept_privately(
    shelf: Shelf, opened: Opened
) -> None:
    hub = opened(HubSpot(expiring=True))
    people(hub, 250)
    befall(hub, "objects.*/contacts$", "expire_tokens", after=1)
    pull(shelf, hub)
    assert shelf.failures == {}
    assert len(shelf.live("contacts")) == 250
    kept = shelf.home / "tokens" / "hubspot.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_refused_token_is_told_by_the_name_of_its_variable(shelf: Shelf, hub: Sandbox) -> None:
    befall(hub, "", "status", status=401, times=0)
    pull(shelf, hub)
    error = shelf.failures["contacts"]
    assert isinstance(error, VendorRefusedError)
    assert "HUBSPOT_ACCESS_TOKEN" in error.next_step


def test_a_missing_scope_stops_its_table_alone(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 2)
    befall(hub, "/deals", "status", status=403, times=0)
    pull(shelf, hub)
    assert set(shelf.failures) == {"deals"}
    assert contacts(shelf) == {"p0", "p1"}


def test_a_small_budget_is_kept(shelf: Shelf, opened: Opened) -> None:
    hub = opened(HubSpot(burst=4, searches=4))
    people(hub, 250)
    pull(shelf, hub)
    assert shelf.failures == {}
    assert contacts(shelf) == {f"p{n}" for n in range(250)}
    assert 429 not in hub.journal.counts()["hubspot"]


@pytest.mark.parametrize("retry_after", [11, None])
def test_a_429_is_waited_out_as_long_as_asked(
    shelf: Shelf, hub: Sandbox, retry_after: float | None
) -> None:
    people(hub, 2)
    befall(hub, "objects.*/contacts$", "status", status=429, retry_after=retry_after, times=2)
    pull(shelf, hub)
    assert contacts(shelf) == {"p0", "p1"}
    assert shelf.meter.retries == 2


@pytest.mark.parametrize("harm", ["html", "empty", "cut", "invalid", "reset"])
def test_a_broken_answer_is_asked_for_again(shelf: Shelf, hub: Sandbox, harm: str) -> None:
    people(hub, 2)
    befall(hub, "objects.*/contacts$", harm)
    pull(shelf, hub)
    assert shelf.failures == {}
    assert contacts(shelf) == {"p0", "p1"}


def test_a_contact_without_an_id_is_set_aside_and_the_rest_arrives(
    shelf: Shelf, hub: Sandbox
) -> None:
    people(hub, 3)
    befall(hub, "objects.*/contacts$", "drop_field", field="id", table="contacts")
    log = pull(shelf, hub)
    assert log["contacts"].quarantined == 1
    assert shelf.failures == {}
    assert contacts(shelf) == {"p0", "p1", "p2"}


def test_properties_too_many_for_an_address_are_read_by_id(shelf: Shelf, hub: Sandbox) -> None:
    people(hub, 2)
    pull(shelf, hub)
    names = [*(f"a_rather_long_name_of_a_property_{n}" for n in range(700)), "firstname"]
    hub.journal.clear()
    rows = [row for page, _ in reading(shelf, hub).listing(names) for row in page]
    assert {row["properties"]["firstname"] for row in rows} == {"p0", "p1"}
    assert hub.journal.read("hubspot", "batch/read")


def test_an_answer_without_results_is_not_an_empty_one() -> None:
    assert results({"results": []}) == []
    with pytest.raises(VendorBusyError):
        results({})


@pytest.mark.parametrize(
    ("properties", "ids"),
    [
        ({"hs_merged_object_ids": "2;3"}, ["2", "3"]),
        ({"hs_calculated_merged_vids": "1:1600000000000;4:1600000000001"}, ["4"]),
        ({"hs_merged_object_ids": None}, []),
        ({}, []),
    ],
)
def test_a_winner_names_those_merged_into_it(properties: dict[str, Any], ids: list[str]) -> None:
    assert merged_ids({"id": "1", "properties": properties}) == ids


def test_we_ask_for_what_we_use_and_for_what_the_portal_added() -> None:
    there = [
        {"name": "email", "hubspotDefined": True},
        {"name": "hs_unused", "hubspotDefined": True},
        {"name": "shoe_size", "hubspotDefined": False},
        {"name": "old_size", "hubspotDefined": False, "archived": True},
    ]
    assert chosen(there, ["email", "phone"], ["hs_object_id"]) == [
        "hs_object_id",
        "email",
        "shoe_size",
    ]


def test_property_names_are_cut_to_fit_an_address() -> None:
    assert sheets(["aa", "bb", "cc"], limit=10) == [["aa", "bb"], ["cc"]]
    assert sheets([]) == [[]]


def test_a_change_is_read_in_each_form_it_is_told() -> None:
    page: list[dict[str, Any]] = [
        {"properties": {"stamp": "2026-01-05T00:00:00.123Z"}},
        {"properties": {"stamp": "1767571200123"}},
        {"properties": {}, "updatedAt": "2026-01-05T00:00:00.123Z"},
        {},
    ]
    assert changes(page, "stamp") == [1_767_571_200_123] * 3


def test_a_list_that_a_page_left_out_keeps_its_members(shelf: Shelf, hub: Sandbox) -> None:
    hub.happen(
        ListCreated(key="news", at=ago(hub, days=2), name="News"),
        person("ada", ago(hub, days=2)),
        ListJoined(key="news", at=ago(hub, days=1), contact="ada"),
    )
    pull(shelf, hub)
    befall(hub, "/lists/search", "drop_row", table="lists")
    pull(shelf, hub)
    assert len(list(shelf.keys("list_memberships"))) == 1


def test_a_window_brings_the_associations_of_its_records(shelf: Shelf, hub: Sandbox) -> None:
    hub.happen(
        CompanyJoined(key="acme", at=ago(hub, days=3), name="Acme"),
        ContactJoined(key="ada", at=ago(hub, days=2), first_name="ada", company="acme"),
    )
    pull(shelf, hub, since=ago(hub, days=2, minutes=1), until=ago(hub, days=1))
    assert len(list(shelf.keys("associations"))) == 1
    pull(shelf, hub, since=ago(hub, days=1), until=ago(hub))
    assert len(list(shelf.keys("associations"))) == 1
