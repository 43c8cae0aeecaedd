"""From a vendor's records to typed rows: nothing lost, nothing loaded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from core.connector import Table
from core.pull import Gone, Nothing, Record
from core.records import Shaper, TableLog

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
PEOPLE = Table(("id",), {"id": "text", "email": "text", "born_at": "timestamp", "tags": "json"})


class Held(Nothing):
    """A warehouse that remembers what a shaper gave it."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, ...], Record] = {}

    def keep(self, rows: list[Record]) -> None:
        self.by_key |= {(row["id"],): row for row in rows}

    def hashes(self, table: str, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        return {k: self.by_key[k]["_hash"] for k in keys if k in self.by_key}

    def rows(self, table: str, keys: Sequence[tuple[str, ...]]) -> list[Record]:
        return [self.by_key[k] for k in keys if k in self.by_key]

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[tuple[str, ...]]:
        return iter(self.by_key)


def shaper(held: Held | None = None, columns: dict[str, str] | None = None) -> Shaper:
    return Shaper(
        name="people",
        table=PEOPLE,
        known=held or Held(),
        columns=columns or {},
        place=count(1).__next__,
        pulled_at=NOON,
        naming=str.lower,
        log=TableLog(),
    )


def shaped(one: Shaper, page: list[Any]) -> list[Record]:
    rows = one.shape(page)
    return [] if rows is None else rows.to_pylist()


def test_nested_objects_become_columns_and_lists_stay_whole() -> None:
    (row,) = shaped(shaper(), [{"id": 1, "address": {"city": "Köln"}, "tags": [{"x": 1}, "b"]}])
    assert row["id"] == "1"
    assert row["address__city"] == "Köln"
    assert row["tags"] == '[{"x":1},"b"]'


def test_a_declared_column_exists_though_no_value_was_ever_seen() -> None:
    assert "born_at" in shaper().empty().column_names
    (row,) = shaped(shaper(), [{"id": "1"}])
    assert row["born_at"] is None


def test_a_record_without_its_key_is_quarantined_with_its_body() -> None:
    one = shaper()
    assert shaped(one, [{"email": "ada@x.io"}, "not an object", {"id": "2"}])[0]["id"] == "2"
    assert [(r.reason, r.body) for r in one.refused] == [
        ("has no id", '{"email":"ada@x.io"}'),
        ("is not an object", '"not an object"'),
    ]
    assert one.log.quarantined == 2


def test_an_unchanged_row_is_not_loaded_again() -> None:
    held = Held()
    held.keep(shaped(shaper(held), [{"id": "1", "email": "a@x.io"}]))
    second = shaper(held)
    assert shaped(second, [{"id": "1", "email": "a@x.io"}]) == []
    assert (second.log.read, second.log.new, second.log.changed) == (1, 0, 0)


def test_a_row_that_changes_and_changes_back_while_pages_are_read_ends_as_it_is() -> None:
    held = Held()
    held.keep(shaped(shaper(held), [{"id": "1", "email": "a@x.io"}]))
    second = shaper(held)
    shaped(second, [{"id": "1", "email": "b@x.io"}])
    (row,) = shaped(second, [{"id": "1", "email": "a@x.io"}])
    assert row["email"] == "a@x.io"


def test_a_deletion_keeps_what_the_row_said() -> None:
    held = Held()
    held.keep(shaped(shaper(held), [{"id": "1", "email": "a@x.io", "extra": 5}]))
    second = shaper(held)
    (row,) = shaped(second, [Gone(id="1", deleted_at="2026-01-05T11:00:00Z")])
    assert (row["email"], row["extra"]) == ("a@x.io", 5)
    assert row["deleted_at"] == datetime(2026, 1, 5, 11, tzinfo=UTC)
    assert second.log.deleted == 1


def test_a_deletion_told_twice_is_loaded_once() -> None:
    held = Held()
    gone = Gone(id="1", deleted_at="2026-01-05T11:00:00Z")
    held.keep(shaped(shaper(held), [gone]))
    assert shaped(shaper(held), [gone]) == []


def test_a_restored_record_comes_back() -> None:
    held = Held()
    held.keep(shaped(shaper(held), [{"id": "1", "email": "a@x.io"}]))
    held.keep(shaped(shaper(held), [Gone(id="1", deleted_at="2026-01-05T11:00:00Z")]))
    (row,) = shaped(shaper(held), [{"id": "1", "email": "a@x.io"}])
    assert row["deleted_at"] is None


def test_a_new_column_of_a_known_table_is_told() -> None:
    known = {"id": "text", "email": "text", "born_at": "timestamp", "tags": "text"}
    one = shaper(columns=known)
    shaped(one, [{"id": "1", "shoe_size": 43}])
    assert one.log.new_columns == {"shoe_size": "bigint"}


def test_a_column_that_changes_its_type_keeps_both_values_and_is_told() -> None:
    one = shaper(columns={"id": "text", "size": "bigint"})
    (row,) = shaped(one, [{"id": "1", "size": "large"}])
    assert row["size"] is None
    assert row["size__v_text"] == "large"
    assert one.log.conflicts == {"size": "bigint"}


def test_later_rows_have_higher_places() -> None:
    one = shaper()
    first = shaped(one, [{"id": "1"}, {"id": "2"}])
    (second,) = shaped(one, [{"id": "1", "email": "new@x.io"}])
    assert [r["_version"] for r in first] == [1, 2]
    assert second["_version"] == 3


def test_a_column_too_many_is_kept_in_the_rest() -> None:
    one = shaper(columns={f"c{n}": "text" for n in range(600)})
    (row,) = shaped(one, [{"id": "1", "straw": "last", "hay": 2}])
    assert row["_rest"] == '{"hay":2,"straw":"last"}'
