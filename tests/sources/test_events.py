"""Events: each comes once, however often, late or half it was written, and people add up."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from sources.events import connector
from tests.sources.folder import Pulls

DAY = "2026-01-04.ndjson"


class Collected(Pulls):
    """Calls that were collected into files."""

    def read(self, **how: Any) -> None:
        self.pull({"folder": str(self.folder)}, **how)

    def told(self) -> str:
        error = self.shelf.failures.get("events")
        return str(error) if error else ""

    def ids(self) -> set[str]:
        return {key[0] for key in self.shelf.tables.get("events", {})}

    def person(self, key: str) -> dict[str, Any]:
        return self.shelf.tables["people"][(key,)]


def call(message: str, hour: int = 10, *, received: int | None = None, **fields: Any) -> str:
    """Return a line; hours are of 4 January."""
    made, came = (f"2026-01-04T{h:02}:00:00Z" for h in (hour, received or hour))
    body = {"messageId": message, "type": "track", "timestamp": made, "receivedAt": came}
    return json.dumps({**body, **fields}) + "\n"


def identify(message: str, who: str, hour: int = 10, **traits: Any) -> str:
    return call(message, hour, type="identify", userId=who, traits=traits)


def alias(message: str, before: str, now: str, hour: int = 10) -> str:
    return call(message, hour, type="alias", previousId=before, userId=now)


@pytest.fixture
def here(tmp_path: Path) -> Collected:
    return Collected(connector, tmp_path)


def test_calls_become_rows_with_what_is_asked_of_most_beside_the_whole(here: Collected) -> None:
    props = {"revenue": 12.5, "order_id": "A-1", "products": [{"name": "Mug"}]}
    here.write(DAY, call("m1", event="Order Completed", userId=17, properties=props, channel="web"))
    here.read()
    row = here.shelf.tables["events"][("m1",)]
    assert (row["event"], row["user_id"], row["properties__revenue"]) == (
        "Order Completed",
        "17",
        12.5,
    )
    assert json.loads(row["properties"]) == props
    assert row["channel"] == "web"
    assert row["timestamp"] == datetime(2026, 1, 4, 10, tzinfo=UTC)


def test_a_file_that_grows_is_read_on_from_where_it_was(here: Collected) -> None:
    path = here.write(DAY, call("m1") + call("m2"))
    here.read()
    with path.open("a") as file:
        file.write(call("m3"))
    here.touch(path)
    here.read()
    assert (here.ids(), here.log["events"].read) == ({"m1", "m2", "m3"}, 1)
    here.read()
    assert here.log["events"].read == 0


def test_a_last_line_without_its_end_waits_and_holds_no_other_back(here: Collected) -> None:
    whole = call("m1") + call("m2")
    path = here.write(DAY, whole[:-20], ago=5)
    here.read()
    assert (here.ids(), here.told()) == ({"m1"}, "")
    path.write_text(whole)
    here.touch(path)
    here.read()
    assert (here.ids(), here.log["events"].read) == ({"m1", "m2"}, 1)


def test_a_last_line_that_never_ends_is_told(here: Collected) -> None:
    here.write(DAY, call("m1") + call("m2")[:-20])
    here.write("other.ndjson", call("m3"))
    here.read()
    assert (here.ids(), here.told()) == ({"m1", "m3"}, f"events: {DAY}: line 2 breaks off")


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_file_that_was_begun_anew_is_read_from_its_start(here: Collected, ending: str) -> None:
    def packed(text: str) -> bytes:
        return gzip.compress(text.encode()) if ending else text.encode()

    long = "".join(call(f"old{n}") for n in range(5))
    here.write(DAY + ending, packed(long))
    here.read()
    here.write(DAY + ending, packed(call("short")))
    here.read()
    here.write(DAY + ending, packed(call("other") + long))
    here.read()
    assert {"short", "other"} <= here.ids()
    assert len(here.ids()) == 7


def test_a_renamed_file_doubles_nothing(here: Collected) -> None:
    path = here.write(DAY, call("m1"))
    here.read()
    path.rename(here.folder / "2026-01-04.1.ndjson")
    here.write(DAY, call("m2"))
    here.read()
    assert (here.ids(), here.shelf.changed) == ({"m1", "m2"}, 1)


def test_packed_files_are_read_and_a_cut_one_is_read_on_when_it_is_whole(here: Collected) -> None:
    whole = gzip.compress("".join(call(f"m{n}", note="x" * n) for n in range(200)).encode())
    here.write(f"{DAY}.gz", whole[:-100])
    here.read()
    assert "breaks off" in here.told()
    here.write(f"{DAY}.gz", whole)
    here.read()
    assert (len(here.ids()), here.told()) == (200, "")


def test_a_message_that_is_sent_again_counts_once_as_it_first_came(here: Collected) -> None:
    here.write(DAY, call("m1", received=10) + call("m1", received=11))
    here.read()
    here.write("next.ndjson", call("m1", received=12))
    here.read()
    assert here.shelf.changed == 0
    here.read(full=True)
    assert here.shelf.changed == 0
    assert here.shelf.tables["events"][("m1",)]["received_at"].hour == 10


def test_a_late_event_in_a_later_file_is_read(here: Collected) -> None:
    here.write(DAY, call("m1", 20))
    here.read()
    here.write("2026-01-06.ndjson", call("late", 3))
    here.read()
    assert here.ids() == {"m1", "late"}


def test_lines_that_are_no_events_are_set_aside(here: Collected) -> None:
    here.write(DAY, call("m1") + "nonsense\n[]\n" + '{"type": "track"}\n' + call("m2"))
    here.read()
    assert (here.ids(), here.log["events"].quarantined) == ({"m1", "m2"}, 3)


def test_a_field_of_another_type_breaks_nothing(here: Collected) -> None:
    odd = call("m1", properties="words", context=7, userId={"a": 1}, timestamp=12, traits=[1])
    here.write(DAY, odd + call("m2", type="identify", traits="none", userId=["x"]))
    here.read()
    assert (here.told(), here.ids()) == ("", {"m1", "m2"})


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_later_word_about_a_person_wins_in_whatever_order_it_comes(
    here: Collected, order: tuple[int, ...]
) -> None:
    told = [
        identify("i1", "u", 8, email="old@example.com", city="here", phone="1"),
        identify("i2", "u", 9, email="new@example.com", name="U"),
        identify("i3", "u", 10, name="Uwe"),
    ]
    for night, index in enumerate(order):
        here.write(f"{night}.ndjson", told[index])
        here.read()
    row = here.person("u")
    assert (row["email"], row["name"], row["phone"]) == ("new@example.com", "Uwe", "1")
    assert (row["first_seen_at"].hour, row["updated_at"].hour) == (8, 10)
    here.read(full=True)
    assert here.shelf.changed == 0


def test_a_clock_that_is_ahead_has_not_the_last_word_for_ever(here: Collected) -> None:
    ahead = json.loads(identify("i1", "u", 8, name="ahead"))
    here.write(DAY, json.dumps({**ahead, "timestamp": "2099-01-01T00:00:00Z"}) + "\n")
    here.read()
    here.write("next.ndjson", identify("i2", "u", 9, name="later"))
    here.read()
    assert here.person("u")["name"] == "later"


@pytest.mark.parametrize("first", ["identify", "alias"])
def test_an_alias_merges_a_person_whichever_comes_first(here: Collected, first: str) -> None:
    lines = {"identify": identify("i1", "v", 8, email="v@example.com"), "alias": ""}
    lines["alias"] = alias("a1", "v", "u", 9)
    here.write("1.ndjson", lines.pop(first))
    here.read()
    here.write("2.ndjson", next(iter(lines.values())))
    here.read()
    row = here.person("v")
    assert (row["merged_into"], row["deleted_at"].hour) == ("u", 9)
    assert row["email"] == "v@example.com"


def test_ids_that_lead_in_a_ring_leave_one_of_them_alive(here: Collected) -> None:
    people = "".join(identify(f"i{one}", one, 8, name=one) for one in "abc")
    here.write("1.ndjson", people + alias("x1", "a", "b") + alias("x2", "b", "c"))
    here.read()
    assert {k: r["merged_into"] for k, r in here.shelf.live("people").items()} == {"c": None}
    here.write("2.ndjson", alias("x3", "c", "a"))
    here.read()
    assert set(here.shelf.live("people")) == {"a"}


def test_a_window_is_read_by_when_events_came(here: Collected) -> None:
    here.write(DAY, call("m1", 3, received=9) + call("m2", 10) + call("m3", 11))
    ten = datetime(2026, 1, 4, 10, tzinfo=UTC)
    here.read(since=ten - timedelta(hours=1), until=ten + timedelta(hours=1))
    assert (here.ids(), here.shelf.state) == ({"m1", "m2"}, {})


def test_a_big_day_is_read_a_page_at_a_time_and_again_from_its_middle(here: Collected) -> None:
    lines = [call(f"m{n}") for n in range(4_500)]
    path = here.write(DAY, "".join(lines[:3_000]))
    here.read()
    path.write_text("".join(lines))
    here.touch(path)
    here.read()
    assert (len(here.ids()), here.log["events"].read) == (4_500, 1_500)
