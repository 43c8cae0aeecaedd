"""What the Zoho CRM connector promises, told against the sandbox's Zoho."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.meter import Meter
from core.pace import Told
from core.pull import Pull
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    Happening,
    LeadConverted,
    LeadJoined,
    to_json,
)
from sandbox.serve import Sandbox, serve
from sandbox.zoho.api import Caps, Zoho
from sandbox.zoho.records import record_id
from sources.zoho import ZohoSettings, connector
from sources.zoho.api import sheets, told
from sources.zoho.times import changes, whole_second
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
KEYS = {"client_id": "i", "client_secret": "s", "refresh_token": "r"}


class Night:
    """One sandbox Zoho, one shelf, and our hour."""

    def __init__(self, box: Sandbox, shelf: ShapedShelf) -> None:
        self.box, self.shelf = box, shelf
        self.settings = load(ZohoSettings, {**box.environment, "ZOHO_SKIP": ""})

    def pull(self, **options: Any) -> ShapedShelf:
        self.box.journal.clear()
        self.shelf.pull(connector, self.settings, self.box.clock, **options)
        return self.shelf

    def asked(self, path: str) -> list[dict[str, list[str]]]:
        journal = self.box.journal.read("zoho", path)
        return [entry.query for entry in journal if entry.path.endswith(path)]

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
            box = stack.enter_context(serve([Zoho(clock, **vendor)], clock=clock))
            box.happen(*facts)
            return Night(box, shelf)

        yield start


def contact(key: str, at: datetime = NIGHT - DAY, **more: Any) -> ContactJoined:
    return ContactJoined(key=key, at=at, last_name=key, email=f"{key}@x.example", **more)


def crowd(
    count: int, at: datetime = NIGHT - DAY, every: timedelta = timedelta()
) -> list[Happening]:
    return [contact(f"c{n}", at + n * every) for n in range(count)]


def key(name: str, table: str = "contacts") -> str:
    return record_id(table, name)


def test_more_fields_than_one_call_takes_are_joined_by_id(opened: Open) -> None:
    strange = {f"field_{n}": f"value {n}" for n in range(70)}
    night = opened(contact("ada", properties=strange), contact("bob"))
    shelf = night.pull()
    ada = shelf.live("contacts")[key("ada")]
    assert {name: ada[name] for name in strange} == strange
    assert ada["email"] == "ada@x.example"
    assert shelf.live("contacts")[key("bob")]["field_69"] is None
    assert max(len(q["fields"][0].split(",")) for q in night.asked("/Contacts")) == 50


def test_a_record_deleted_between_two_calls_for_its_fields_is_told_deleted(opened: Open) -> None:
    night = opened(contact("ada", properties={f"field_{n}": "x" for n in range(70)}))
    gone = to_json(ContactErased(key="ada", at=NIGHT))
    night.box.faults.add({"do": "happen", "query": "ids=", "happenings": [gone]})
    shelf = night.pull()
    assert shelf.failures == {}
    assert set(shelf.gone("contacts")) == {key("ada")}


def test_thousands_of_one_second_all_arrive(opened: Open) -> None:
    night = opened(*crowd(11), caps=Caps(rows=2, discrete=4))
    assert len(night.pull().live("contacts")) == 11
    assert night.shelf.failures == {}
    assert not any("page" in query for query in night.asked("/Contacts"))


def test_a_record_that_slips_between_the_pages_of_one_second_is_caught(opened: Open) -> None:
    night = opened(*crowd(7), caps=Caps(rows=2))
    gone = [to_json(ContactErased(key=name, at=NIGHT)) for name in _first(7)]
    night.box.faults.add({"do": "happen", "query": "page_token", "happenings": gone[:1]})
    shelf = night.pull()
    assert len(shelf.live("contacts")) == 6
    assert len(shelf.gone("contacts")) == 1


def _first(count: int) -> list[str]:
    """Return the crowd's names in the order in which one second lists them."""
    return sorted((f"c{n}" for n in range(count)), key=key)


def test_records_edited_while_pages_are_read_push_none_out(opened: Open) -> None:
    night = opened(*crowd(9, every=SECOND), caps=Caps(rows=2))
    edit = to_json(ContactEdited(key="c0", at=NIGHT, changes={"last_name": "New"}))
    night.box.faults.add({"do": "happen", "path": "/Contacts$", "after": 1, "happenings": [edit]})
    shelf = night.pull()
    assert len(shelf.live("contacts")) == 9
    assert shelf.live("contacts")[key("c0")]["last_name"] == "New"
    assert night.asked("/coql") == [{}] * 6


def test_a_page_token_that_dies_costs_one_second_read_again(opened: Open) -> None:
    night = opened(*crowd(7), caps=Caps(rows=2))
    dead = {"do": "status", "status": 400, "query": "page_token", "after": 1}
    night.box.faults.add(dead)
    assert len(night.pull().live("contacts")) == 7
    assert night.shelf.failures == {}


def test_tokens_that_always_die_are_told_as_a_vendor_to_ask_later(opened: Open) -> None:
    night = opened(*crowd(5), caps=Caps(rows=2), token_lifetime=timedelta())
    night.pull()
    assert isinstance(night.shelf.failures["contacts"], VendorBusyError)
    assert len(night.shelf.live("contacts")) == 2


def test_every_sign_of_a_deletion_is_seen(opened: Open) -> None:
    night = opened(*(contact(name) for name in ("stays", "bin", "erased", "winner", "loser")))
    assert night.pull().gone("contacts") == {}
    night.later(
        ContactArchived(key="bin", at=NIGHT + HOUR),
        ContactErased(key="erased", at=NIGHT + HOUR),
        ContactsMerged(key="winner", loser="loser", at=NIGHT + 2 * HOUR),
    )
    gone = night.pull().gone("contacts")
    assert set(gone) == {key(name) for name in ("bin", "erased", "loser")}
    assert gone[key("bin")]["deleted_at"] == NIGHT + HOUR
    assert gone[key("bin")]["email"] == "bin@x.example"
    assert night.asked("/coql") == [{}] * 6


def test_a_deletion_the_bin_has_forgotten_shows_in_the_count(opened: Open) -> None:
    night = opened(contact("ada"), contact("bob"), caps=Caps(bin_days=3))
    night.pull()
    night.later(ContactErased(key="bob", at=NIGHT), by=9 * DAY)
    assert set(night.pull().gone("contacts")) == {key("bob")}
    night.later()
    night.pull()
    assert len(night.asked("/coql")) == 6


def test_a_record_back_from_the_bin_unchanged_lives_again(opened: Open) -> None:
    night = opened(contact("ada", NIGHT - 9 * DAY), contact("bob"))
    night.pull()
    night.later(ContactArchived(key="ada", at=NIGHT))
    assert set(night.pull().gone("contacts")) == {key("ada")}
    night.later(ContactRestored(key="ada", at=NIGHT + DAY))
    assert set(night.pull().live("contacts")) == {key("ada"), key("bob")}
    assert night.shelf.gone("contacts") == {}


def test_a_converted_lead_stays_and_says_who_it_became(opened: Open) -> None:
    leads = [LeadJoined(key=name, at=NIGHT - DAY, last_name=name) for name in ("early", "late")]
    night = opened(contact("ada"), *leads, LeadConverted(key="early", at=NIGHT, contact="ada"))
    assert len(night.pull().live("leads")) == 2
    night.later(LeadConverted(key="late", at=NIGHT + HOUR, contact="ada"))
    live = night.pull().live("leads")
    assert {row["converted_contact__id"] for row in live.values()} == {key("ada")}
    assert {row["converted_s"] for row in live.values()} == {True}


def test_it_counts_whole_tables_and_windows_as_it_reads_them(opened: Open) -> None:
    leads = [LeadJoined(key=f"l{n}", at=NIGHT - n * HOUR, last_name="L") for n in range(5)]
    night = opened(contact("ada"), *leads, LeadConverted(key="l4", at=NIGHT, contact="ada"))
    rows = night.pull().live("leads").values()
    since, until = NIGHT - 3 * HOUR, NIGHT
    inside = [row for row in rows if since <= row["modified_time"] < until]
    assert night.counted("leads") == 5
    assert night.counted("leads", since, until) == len(inside) == 3
    assert connector.counts(night.settings, Pull()).keys() == connector.tables.keys()


def test_a_count_that_stays_off_is_looked_into_once(opened: Open) -> None:
    night = opened(*crowd(4))
    nameless = {"do": "drop_field", "field": "id", "having": key("c2"), "times": 0}
    night.box.faults.add({**nameless, "table": "contacts"})
    night.pull()
    first = len(night.asked("/coql"))
    night.later()
    night.pull()
    assert (first, len(night.asked("/coql"))) == (6 + 3, 6)


def test_a_window_is_read_without_a_look_at_who_is_gone(opened: Open) -> None:
    night = opened(*crowd(4, NIGHT - 4 * DAY, DAY))
    night.pull(since=NIGHT - 3 * DAY, until=NIGHT - 2 * DAY)
    assert key("c1") in night.shelf.live("contacts")
    assert key("c0") not in night.shelf.live("contacts")
    assert night.asked("/deleted") == night.asked("coql") == []
    assert night.shelf.state == {}


def test_a_full_pull_finds_what_no_list_tells(opened: Open) -> None:
    night = opened(contact("ada"), contact("bob"), caps=Caps(bin_days=0))
    night.pull()
    night.later(ContactErased(key="bob", at=NIGHT))
    assert set(night.pull(full=True).gone("contacts")) == {key("bob")}


def test_a_token_that_dies_between_pages_is_renewed_in_zohos_own_scheme(opened: Open) -> None:
    night = opened(*crowd(6, every=SECOND), caps=Caps(rows=2))
    night.box.faults.add({"do": "expire_tokens", "path": "/Contacts$", "after": 1})
    assert len(night.pull().live("contacts")) == 6
    assert len(night.asked("/oauth/v2/token")) == 2


def test_a_revoked_refresh_token_is_told_with_its_variable(opened: Open) -> None:
    night = opened(contact("ada"))
    night.settings = load(ZohoSettings, {**night.box.environment, "ZOHO_REFRESH_TOKEN": "old"})
    error = night.pull().failures["contacts"]
    assert isinstance(error, VendorRefusedError)
    assert "ZOHO_REFRESH_TOKEN" in error.next_step


def test_a_module_that_the_edition_lacks_can_be_left_out(opened: Open) -> None:
    night = opened(contact("ada"))
    night.settings = load(ZohoSettings, {**night.box.environment, "ZOHO_SKIP": "cases, tasks"})
    night.pull()
    assert night.asked("/Cases") == night.asked("/Tasks") == []
    assert connector.counts(night.settings, Pull()).keys() == {
        "contacts",
        "accounts",
        "leads",
        "deals",
    }


def test_settings_name_what_is_missing_and_know_where_each_data_centre_is() -> None:
    with pytest.raises(ConfigError, match="ZOHO_CLIENT_SECRET, ZOHO_REFRESH_TOKEN"):
        load(ZohoSettings, {"ZOHO_CLIENT_ID": "i"})
    given = {f"ZOHO_{name.upper()}": value for name, value in KEYS.items()}
    with pytest.raises(ConfigError, match="pets"):
        load(ZohoSettings, {**given, "ZOHO_SKIP": "pets"})
    europe = load(ZohoSettings, {**given, "ZOHO_DATA_CENTRE": "eu"})
    assert (europe.url(), europe.accounts()) == (
        "https://www.zohoapis.eu",
        "https://accounts.zoho.eu",
    )
    canada = load(ZohoSettings, {**given, "ZOHO_DATA_CENTRE": "ca"})
    assert canada.accounts() == "https://accounts.zohocloud.ca"


def test_credits_are_as_many_as_zoho_says() -> None:
    answer = requests.Response()
    assert told(answer)[""] == Told()
    answer.headers["X-API-CREDITS-REMAINING"] = "12"
    assert told(answer)[""] == Told(left=12)


def test_fields_are_cut_in_fifties_with_what_we_page_by_in_the_first() -> None:
    cut = sheets([*(f"F{n}" for n in range(99)), "Modified_Time"])
    assert [len(one) for one in cut] == [50, 50, 1]
    assert cut[0][:2] == ["Modified_Time", "Created_Time"]


def test_moments_are_written_in_whole_seconds_rounded_up() -> None:
    assert whole_second(NIGHT) == "2026-01-05T02:00:00+00:00"
    assert whole_second(NIGHT + timedelta(milliseconds=1)) == "2026-01-05T02:00:01+00:00"


@pytest.mark.parametrize("value", [None, 7, {"at": 1}, "soon", "2026-01-05T02:00:00"])
def test_a_time_of_change_in_no_known_form_steers_nothing(value: Any) -> None:
    good = {"Modified_Time": "2026-01-05T07:30:00+05:30"}
    assert changes([{"Modified_Time": value}, good, {}]) == [NIGHT]
