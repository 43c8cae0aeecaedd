"""A column that every record had and none has any more is gone; whatever else varies is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson

from core.presence import Presence

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Row = dict[str, object]


def rows(number: int, *without: str, **more: object) -> list[Row]:
    whole = {"id": 1, "email": "x", "phone": None, **more}
    return [{k: v for k, v in whole.items() if k not in without} for _ in range(number)]


def nights(*read: list[Row], began: datetime = NOON) -> Presence:
    """Let each night read some records; return what is known after the last one."""
    known = Presence()
    for number, records in enumerate(read):
        known = Presence.remembered(orjson.loads(orjson.dumps(known.keep())))
        for record in records:
            known.see(record)
        known = known.settled(began + number * DAY)
    return known


def test_a_column_that_no_record_has_any_more_is_gone_from_that_night_on() -> None:
    found = nights(rows(60), rows(3), rows(60, "phone"), rows(2, "phone"))

    assert found.gone == {"phone": NOON + 2 * DAY}


def test_few_records_are_no_measure_until_they_are_many_together() -> None:
    assert nights(rows(60), rows(20, "phone"), rows(20, "phone")).gone == {}
    assert nights(rows(60), *[rows(20, "phone")] * 3).gone == {"phone": NOON + 3 * DAY}
    assert nights(rows(20), *[rows(20, "phone")] * 9).gone == {}


def test_a_column_that_some_records_never_had_cannot_be_gone() -> None:
    assert nights([*rows(60), *rows(1, "phone")], rows(60, "phone")).gone == {}
    assert nights(rows(60), [*rows(1), *rows(60, "phone")], rows(60, "phone")).gone == {}


def test_an_empty_column_is_there() -> None:
    assert nights(rows(60), rows(60, email=None)).gone == {}


def test_a_column_that_comes_back_is_not_gone_and_a_night_without_records_knows_nothing() -> None:
    assert nights(rows(60), rows(60, "phone"), []).gone == {"phone": NOON + DAY}
    assert nights(rows(60), rows(60, "phone"), rows(1)).gone == {}


def test_deleted_records_of_which_little_is_sent_do_not_count() -> None:
    stubs: list[Row] = [{"id": 1, "deleted_at": "2026-01-06"}] * 90

    assert nights(rows(60), stubs).gone == {}
    assert nights([*stubs, *rows(60)], rows(60, "phone")).gone == {"phone": NOON + DAY}


def test_what_has_been_gone_for_a_fortnight_is_ordinary() -> None:
    gone = [rows(60, "phone")] * 16

    assert nights(rows(60), *gone[:15]).gone == {"phone": NOON + DAY}
    assert nights(rows(60), *gone).gone == {}
