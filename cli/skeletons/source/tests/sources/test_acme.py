"""What the Acme connector promises, told against the sandbox's Acme."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.settings import load
from sandbox.acme import Acme
from sandbox.clock import Clock
from sandbox.happenings import CustomerDeleted, CustomerEdited, CustomerJoined
from sandbox.serve import Sandbox, serve
from sources.acme import AcmeSettings, changed_at, connector
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    clock = Clock(NIGHT, frozen=True)
    with serve([Acme(clock)], clock=clock) as served:
        yield served


@pytest.fixture
def shelf(tmp_path: Path) -> ShapedShelf:
    return ShapedShelf(tmp_path)


def pull(box: Sandbox, shelf: ShapedShelf, **options: Any) -> int:
    """Pull once; return how many customers were read."""
    settings = load(AcmeSettings, box.environment)
    return shelf.pull(connector, settings, box.clock, **options)["customers"].read


def customers(count: int, at: datetime) -> list[CustomerJoined]:
    return [CustomerJoined(key=f"c{n}", at=at, email=f"c{n}@x.example") for n in range(count)]


def test_more_in_one_second_than_a_page_holds_all_arrive(box: Sandbox, shelf: ShapedShelf) -> None:
    box.happen(*customers(250, NIGHT - DAY))
    pull(box, shelf)
    assert len(shelf.live("customers")) == 250


def test_the_next_night_reads_only_what_changed(box: Sandbox, shelf: ShapedShelf) -> None:
    box.happen(*customers(1, NIGHT - 9 * DAY), CustomerJoined(key="ada", at=NIGHT - DAY))
    pull(box, shelf)
    box.clock.advance(3_600)
    box.happen(CustomerEdited(key="ada", at=box.clock.now(), changes={"first_name": "Ada"}))
    assert pull(box, shelf) == 1
    assert "Ada" in {row["first_name"] for row in shelf.live("customers").values()}


def test_a_row_that_turns_up_late_is_found(box: Sandbox, shelf: ShapedShelf) -> None:
    box.happen(*customers(1, NIGHT))
    pull(box, shelf)
    box.happen(CustomerJoined(key="late", at=NIGHT - timedelta(minutes=1)))
    pull(box, shelf)
    assert len(shelf.live("customers")) == 2


def test_a_deleted_customer_stays_and_says_when(box: Sandbox, shelf: ShapedShelf) -> None:
    box.happen(*customers(2, NIGHT - DAY))
    pull(box, shelf)
    box.clock.advance(3_600)
    at = box.clock.now()
    box.happen(CustomerDeleted(key="c0", at=at))
    pull(box, shelf)
    [gone] = shelf.gone("customers").values()
    assert (gone["deleted_at"], gone["email"]) == (at, "c0@x.example")


def test_a_window_reads_what_changed_in_it(box: Sandbox, shelf: ShapedShelf) -> None:
    box.happen(*customers(1, NIGHT - 2 * DAY), CustomerJoined(key="ada", at=NIGHT - DAY))
    pull(box, shelf)
    state = dict(shelf.state)
    assert pull(box, shelf, since=NIGHT - 2 * DAY, until=NIGHT - DAY) == 1
    assert shelf.state == state


@pytest.mark.parametrize("record", [None, {}, {"updated_at": 5}, {"updated_at": "soon"}])
def test_what_does_not_tell_when_it_changed_moves_no_cursor(record: object) -> None:
    assert changed_at(record).year == 1970
