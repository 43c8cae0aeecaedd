"""What a pull promises however it ends: told against a vendor of a few toys."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from core.connector import Connector, Table
from core.errors import BusyError, IncompleteError, VendorBusyError, VendorError
from core.pipeline import Extraction, Pulled, raw_tables
from core.pull import Page, Pull, Record, Stream
from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from tests.conftest import MOSTLY_DUCKDB, ON_BOTH, empty_warehouse

HOLD = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


class NoSettings(BaseSettings):
    """Nothing to set."""


@dataclass
class Vendor:
    """Toys in pages, each page once, after the cursor; and boxes that never fail.

    Attributes:
        toys: The pages there are; an error in the place of a page is raised.
        boxes: The one page of those.
        has_boxes: Whether a stream of their own fills them.
        asked: The cursor of each pull.
    """

    toys: list[Page | Exception] = field(default_factory=list)
    boxes: Page = ()
    has_boxes: bool = True
    asked: list[Any] = field(default_factory=list)

    def build(self, settings: NoSettings, pull: Pull) -> Sequence[Stream]:
        """Read the toys after the cursor, and every box."""

        def toys() -> Iterator[Page]:
            begin = pull.cursor("toys") or 0
            self.asked.append(begin)
            for number, page in enumerate(self.toys[begin:], start=begin + 1):
                if isinstance(page, Exception):
                    raise page
                yield page
                pull.advance("toys", number)

        def boxes() -> Iterable[Page]:
            return [self.boxes] if self.boxes else []

        streams = [Stream("toys", toys), Stream("boxes", boxes)]
        return streams if self.has_boxes else streams[:1]


@dataclass
class Playroom:
    """A vendor, a home and a warehouse."""

    home: Path
    warehouse: Warehouse
    vendor: Vendor = field(default_factory=Vendor)

    @property
    def connector(self) -> Connector[NoSettings]:
        tables = {"toys": Table(columns={"name": "text"}), "boxes": Table()}
        return Connector("toyland", NoSettings, self.vendor.build, tables, "shop")

    def extraction(self) -> Extraction:
        known = self.warehouse.known("toyland", raw_tables(self.connector))
        pull = Pull(home=self.home, known=known)
        return Extraction(self.connector, NoSettings(), pull, self.warehouse)

    def pull(self) -> Pulled:
        return self.extraction().execute()

    def killed(self, *, normalized: bool) -> None:
        """Pull as far as a killed process might have come."""
        extraction = self.extraction()
        pipeline = extraction._pipeline()
        form = self.warehouse.loader_file_format
        pipeline.extract(extraction._source(pipeline), loader_file_format=form)
        if normalized:
            pipeline.normalize()

    def held(self, table: str = "toys") -> dict[str, Record]:
        with self.warehouse.session(["toyland"], read_only=True) as session:
            rows = session.query(f"select * from raw_toyland.{table}").to_pylist()
        assert len({row["id"] for row in rows}) == len(rows)
        return {row["id"]: row for row in rows}

    def versions(self) -> dict[str, int]:
        return {key: row["_version"] for key, row in self.held().items()}


@pytest.fixture(params=MOSTLY_DUCKDB)
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty warehouse."""
    return empty_warehouse(request, tmp_path)


@pytest.fixture
def room(tmp_path: Path, warehouse: Warehouse) -> Playroom:
    return Playroom(tmp_path, warehouse)


def page(*numbers: int, name: str = "bear") -> list[Record]:
    return [{"id": str(number), "name": f"{name} {number}"} for number in numbers]


def busy() -> VendorBusyError:
    return VendorBusyError("toyland: GET /toys answered 503: closed")


def test_a_stream_that_fails_ends_alone_and_goes_on_where_it_ended(room: Playroom) -> None:
    room.vendor.toys, room.vendor.boxes = [page(1), page(2), busy(), page(4)], page(9)
    with pytest.raises(IncompleteError, match=r"^toyland: toys incomplete: .* 503") as told:
        room.pull()
    assert list(told.value.causes) == ["toys"]
    assert (set(room.held()), set(room.held("boxes"))) == ({"1", "2"}, {"9"})
    room.vendor.toys[2] = page(3)
    room.pull()
    assert set(room.held()) == {"1", "2", "3", "4"}
    assert room.vendor.asked == [0, 2]


def test_an_answer_of_unknown_shape_is_told_and_ends_its_stream_alone(room: Playroom) -> None:
    room.vendor.toys, room.vendor.boxes = [page(1), KeyError("data")], page(9)
    with pytest.raises(IncompleteError, match="toys answered in a shape we do not know") as told:
        room.pull()
    assert isinstance(told.value.causes["toys"], VendorError)
    assert (set(room.held()), set(room.held("boxes"))) == ({"1"}, {"9"})


def test_where_nothing_at_all_came_the_reason_itself_is_told(room: Playroom) -> None:
    room.vendor.toys, room.vendor.has_boxes = [busy()], False
    with pytest.raises(VendorBusyError, match="503"):
        room.pull()


@ON_BOTH
@pytest.mark.parametrize("normalized", [False, True])
def test_what_a_killed_pull_had_read_is_loaded_by_the_next(
    room: Playroom, *, normalized: bool
) -> None:
    room.vendor.toys = [page(1)]
    room.pull()
    room.vendor.toys.append(page(2, 3))
    room.killed(normalized=normalized)
    assert set(room.held()) == {"1"}
    room.vendor.toys.append(page(4))
    room.pull()
    assert set(room.held()) == {"1", "2", "3", "4"}
    versions = room.versions()
    assert versions["1"] < versions["2"] < versions["3"] < versions["4"]


@pytest.mark.parametrize("normalized", [False, True])
def test_a_leftover_that_cannot_be_loaded_is_given_up_and_read_again(
    room: Playroom, *, normalized: bool
) -> None:
    room.vendor.toys = [page(1)]
    room.pull()
    room.vendor.toys.append(page(2, 3))
    room.killed(normalized=normalized)
    left = [
        one for one in (room.home / "dlt").rglob("toys*.parquet") if "completed" not in str(one)
    ]
    assert left
    for one in left:
        one.write_bytes(b"half a file")
    room.vendor.toys.append(page(4))
    room.pull()
    assert set(room.held()) == {"1", "2", "3", "4"}
    assert room.vendor.asked == [0, 1, 1]


@ON_BOTH
def test_a_lost_home_costs_nothing_the_warehouse_remembers(room: Playroom) -> None:
    room.vendor.toys = [page(1), page(2)]
    room.pull()
    shutil.rmtree(room.home / "dlt")
    room.vendor.toys.append(page(1, 3, name="doll"))
    pulled = room.pull()
    assert room.vendor.asked == [0, 2]
    assert (pulled.before, pulled.after) == ({"toys": "2"}, {"toys": "3"})
    assert {key: row["name"] for key, row in room.held().items()} == {
        "1": "doll 1",
        "2": "bear 2",
        "3": "doll 3",
    }


def test_rows_are_numbered_on_and_on_whatever_happens_between(room: Playroom) -> None:
    seen = 0
    for night in range(4):
        room.vendor.toys.append(page(1, night + 10, name=f"night {night}"))
        if night == 1:
            room.killed(normalized=True)
        if night == 2:
            shutil.rmtree(room.home / "dlt")
        room.pull()
        version = room.versions()["1"]
        assert version > seen
        seen = version
    assert set(room.held()) == {"1", "10", "11", "12", "13"}


def test_a_record_told_twice_in_one_pull_ends_as_it_was_told_last(room: Playroom) -> None:
    room.vendor.toys = [page(1, 2), page(2, name="doll"), page(1, name="car")]
    room.pull()
    assert {row["name"] for row in room.held().values()} == {"car 1", "doll 2"}


def test_a_file_that_somebody_else_holds_is_told_in_one_line(tmp_path: Path) -> None:
    room = Playroom(tmp_path, open_warehouse(f"duckdb:///{tmp_path / 'warehouse'}"))
    room.vendor.toys = [page(1)]
    room.pull()
    file = tmp_path / "warehouse" / "toyland.duckdb"
    with subprocess.Popen(  # noqa: S603 - our own command line, no shell
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        room.vendor.toys.append(page(2))
        with pytest.raises(BusyError) as told:
            room.pull()
        assert "\n" not in str(told.value)
        assert str(holder.pid) in str(told.value)
        assert told.value.next_step
        holder.communicate()
    room.pull()
    assert set(room.held()) == {"1", "2"}
