"""What was set aside is tried again: when the connector has learned, and when the record comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from core.connector import Connector, Table
from core.errors import VendorBusyError
from core.pipeline import Extraction, Pulled, raw_tables
from core.pull import For, Gone, Page, Pull, Record, Stream, each
from core.warehouse import Warehouse
from tests.conftest import MOSTLY_DUCKDB, ON_BOTH, empty_warehouse

ADA = {"name": "Ada Lovelace", "born": 1815}


class NoSettings(BaseSettings):
    """Nothing to set."""


@dataclass
class Room:
    """A vendor of toys whose connector can learn, a home and a warehouse."""

    home: Path
    warehouse: Warehouse
    toys: Page = ()
    connector: Connector[NoSettings] = field(init=False)

    def __post_init__(self) -> None:
        tables = {"toys": Table(columns={"id": "text", "name": "text"}), "parts": Table()}
        self.connector = Connector("toyland", NoSettings, self.build, tables, "shop")

    def build(self, _settings: NoSettings, _pull: Pull) -> Sequence[Stream]:
        """Tell of all toys there are."""
        return [Stream("toys", lambda: [self.toys] if self.toys else [])]

    def learns(self, edition: str = "learned", **hooks: Any) -> None:
        """Let the connector be another from now on."""
        self.connector = replace(self.connector, mapping=lambda _: edition, **hooks)

    def extraction(self) -> Extraction:
        known = self.warehouse.known("toyland", raw_tables(self.connector))
        pull = Pull(home=self.home, known=known)
        return Extraction(self.connector, NoSettings(), pull, self.warehouse)

    def pull(self, *toys: Any) -> Pulled:
        self.toys = toys
        return self.extraction().execute()

    def rows(self, table: str) -> list[Record]:
        with self.warehouse.session(["toyland"], read_only=True) as session:
            return session.query(f"select * from raw_toyland.{table}").to_pylist()

    def held(self) -> dict[str, str]:
        return {row["id"]: row["name"] for row in self.rows("toys") if not row["deleted_at"]}

    def reasons(self) -> list[str]:
        return sorted(row["reason"] for row in self.rows("quarantine"))


@pytest.fixture(params=MOSTLY_DUCKDB)
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty warehouse."""
    return empty_warehouse(request, tmp_path)


@pytest.fixture
def room(tmp_path: Path, warehouse: Warehouse) -> Room:
    return Room(tmp_path, warehouse)


def by_code(_s: Any, _p: Pull, _table: str, row: Record) -> Record:
    """Know that a toy without an id has one in its code."""
    return {**row, "id": row["code"]}


def taken_apart(_s: Any, _p: Pull, _table: str, record: Record) -> Iterable[Page | For]:
    """Read a toy whose label is a word, and of which parts it is made."""
    parts = [{"id": f"{record['code']}-{one}"} for one in record.get("made_of", [])]
    return [[{"id": record["code"], "name": record["label"]}], For("parts", parts)]


def unreadable(record: Record) -> Record:
    """Read a toy, as a connector does that knows no other."""
    return {"id": record["code"], "name": record["label"]["text"]}


def test_a_connector_that_has_learned_lands_what_it_could_not_key(room: Room) -> None:
    room.pull({"code": "7", "name": "bear"}, {"id": "1", "name": "doll"})
    assert (room.held(), room.reasons()) == ({"1": "doll"}, ["has no id"])
    room.learns(keyed=by_code)
    pulled = room.pull()
    assert room.held() == {"1": "doll", "7": "bear"}
    assert room.reasons() == []
    toys = pulled.tables["toys"]
    assert (toys.healed, toys.new, toys.read, toys.quarantined) == (1, 1, 0, 0)


def test_a_record_that_could_not_be_read_is_read_by_a_connector_that_can(room: Room) -> None:
    room.pull(*each(unreadable, [{"code": "7", "label": "bear", "made_of": ["fur"]}]))
    room.learns(remade=taken_apart)
    room.pull()
    assert (room.held(), room.reasons()) == ({"7": "bear"}, [])
    assert [row["id"] for row in room.rows("parts")] == ["7-fur"]


def test_a_record_the_vendor_sent_is_never_taken_for_a_row(room: Room) -> None:
    room.pull(*each(unreadable, [{"id": "7", "code": "7", "label": "bear"}]))
    room.learns()
    room.pull()
    assert room.held() == {}
    assert len(room.reasons()) == 1


def test_what_still_fits_nowhere_stays_with_its_new_reason_and_is_not_tried_again(
    room: Room,
) -> None:
    tried: list[str] = []

    def keyed(_s: Any, _p: Pull, table: str, row: Record) -> Record:
        tried.append(table)
        return {**row, "id": {"no": "plain value"}}

    room.pull({"name": "bear"})
    room.learns(keyed=keyed)
    assert room.pull().tables["toys"].healed == 0
    assert room.reasons() == ["names no id: it is no plain value"]
    room.pull()
    assert tried == ["toys"]
    room.learns("learned more", keyed=by_code)
    room.pull()
    assert room.reasons() == ["has a shape we do not know: KeyError"]


@ON_BOTH
def test_a_newer_version_that_came_meanwhile_is_not_overwritten(room: Room) -> None:
    room.pull({"code": "7", "name": "old bear"}, {"code": "8", "name": "old doll"})
    room.pull({"id": "7", "name": "new bear"}, Gone(id="8", deleted_at="2026-01-01T00:00:00Z"))
    room.learns(keyed=by_code)
    room.pull()
    assert (room.held(), room.reasons()) == ({"7": "new bear"}, [])


def test_of_a_record_that_came_meanwhile_no_part_is_taken_from_the_older(room: Room) -> None:
    room.pull(*each(unreadable, [{"code": "7", "label": "bear", "made_of": ["fur"]}]))
    room.pull({"id": "7", "name": "bare bear"})
    room.learns(remade=taken_apart)
    room.pull()
    assert (room.held(), room.reasons()) == ({"7": "bare bear"}, [])
    assert room.rows("parts") == []


def test_a_newer_version_that_comes_with_the_retry_is_not_overwritten(room: Room) -> None:
    room.pull({"code": "7", "name": "old bear"})
    room.learns(keyed=by_code)
    room.pull({"id": "7", "name": "new bear"})
    assert (room.held(), room.reasons()) == ({"7": "new bear"}, [])


def test_an_older_version_that_is_held_gives_way(room: Room) -> None:
    room.pull({"id": "7", "name": "old bear"})
    room.pull({"code": "7", "name": "new bear"})
    room.learns(keyed=by_code)
    room.pull()
    assert (room.held(), room.reasons()) == ({"7": "new bear"}, [])


def test_of_one_record_that_was_set_aside_twice_the_later_stands(room: Room) -> None:
    for name in ("first", "second", "third"):
        room.pull({"code": "7", "name": name})
    room.learns(keyed=by_code)
    assert room.pull().tables["toys"].healed == 3
    assert (room.held(), room.reasons()) == ({"7": "third"}, [])


def test_a_record_that_comes_again_with_its_key_leaves_quarantine(room: Room) -> None:
    room.pull(ADA, {**ADA, "name": "Ada Byron"})
    assert room.pull({"id": 12, **ADA}).tables["toys"].healed == 1
    assert (room.held(), room.reasons()) == ({"12": "Ada Lovelace"}, ["has no id"])


def test_a_record_that_could_not_be_read_leaves_when_it_comes_again(room: Room) -> None:
    room.pull(*each(unreadable, [{"id": "7", "code": "7", "label": "bear"}]))
    room.pull(*each(unreadable, [{"id": "7", "code": "7", "label": {"text": "bear"}}]))
    assert (room.held(), room.reasons()) == ({"7": "bear"}, [])


def test_a_record_without_its_key_does_not_leave_for_one_that_was_here_before(room: Room) -> None:
    room.pull({"id": "12", **ADA})
    room.pull(ADA)
    room.pull({"id": "12", **ADA})
    assert room.reasons() == ["has no id"]


def test_a_record_that_is_set_aside_again_waits_in_its_newest_place(room: Room) -> None:
    room.pull({"code": "7", "name": "bear"})
    room.pull({"id": "7", "name": "doll"})
    room.learns("no better")
    room.pull()
    room.pull({"code": "7", "name": "bear"})
    room.learns(keyed=by_code)
    room.pull()
    assert room.held() == {"7": "bear"}


@dataclass
class Dying(Extraction):
    """An extraction whose process ends between the two loads."""

    def _land(self, pull: Pull, pages: Iterable[Page | For]) -> None:
        found = list(pages)
        if any(isinstance(page, For) and page.table == "quarantine" for page in found):
            raise KeyboardInterrupt
        super()._land(pull, found)


@ON_BOTH
def test_a_kill_between_landing_and_leaving_costs_nothing(room: Room) -> None:
    room.pull({"code": "7", "name": "bear"})
    room.learns(keyed=by_code)
    room.toys = ()
    whole = room.extraction()
    with pytest.raises(KeyboardInterrupt):
        Dying(whole.connector, whole.settings, whole.pull, whole.warehouse).execute()
    assert (room.held(), room.reasons()) == ({"7": "bear"}, ["has no id"])
    room.pull({"id": "7", "name": "newer bear"})
    assert (room.held(), room.reasons()) == ({"7": "newer bear"}, [])


def test_a_vendor_that_is_busy_when_it_is_asked_for_the_rest_is_asked_the_next_time(
    room: Room,
) -> None:
    answers: list[Any] = [VendorBusyError("toyland: 503"), None]

    def remade(*given: Any) -> Iterable[Page | For]:
        answer = answers.pop(0)
        if answer:
            raise answer
        return taken_apart(*given)

    room.pull(*each(unreadable, [{"code": "7", "label": "bear"}]))
    room.learns(remade=remade)
    assert room.pull().failures == {}
    assert room.held() == {}
    room.pull()
    assert (room.held(), room.reasons()) == ({"7": "bear"}, [])


def test_a_key_that_is_an_object_is_no_key(room: Room) -> None:
    room.pull({"id": {"value": "7"}, "name": "bear"}, {"id": "1", "name": "doll"})
    assert (room.held(), room.reasons()) == (
        {"1": "doll"},
        ["names no id: it is no plain value"],
    )
