"""`daybreak identify`: a file of records in, a file of links out, and clear words for bad files."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli import identify
from core.errors import ConfigError
from tests.transforms.identity.engine.town import FAMILY, GIVEN, people


def records(path: Path, rows: list[dict[str, Any]], **types: pa.DataType) -> Path:
    names = sorted({name for row in rows for name in row} | {"record_id"})
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def links(path: Path) -> dict[str, str]:
    rows = pq.read_table(path).to_pylist()
    return {row["record_id"]: row["customer_id"] for row in rows}


def test_every_record_gets_exactly_one_customer(tmp_path: Path) -> None:
    rows = people(200, seed=5)
    identify.command(records(tmp_path / "r.parquet", rows), tmp_path / "l.parquet")
    found = links(tmp_path / "l.parquet")
    assert sorted(found) == [row["record_id"] for row in rows]
    assert len(set(found.values())) < len(rows)


def test_a_name_alone_never_merges(tmp_path: Path) -> None:
    rows = [
        {"record_id": str(n), "first_name": "Zephyrine", "last_name": "Quill"} for n in range(3)
    ]
    rows += people(100, seed=6)
    identify.command(records(tmp_path / "r.parquet", rows), tmp_path / "l.parquet")
    found = links(tmp_path / "l.parquet")
    assert len({found[str(n)] for n in range(3)}) == 3


def test_strangers_under_one_junk_phone_stay_apart(tmp_path: Path) -> None:
    names = list(product(GIVEN[:5], FAMILY[:6]))
    rows = [
        {"record_id": str(n), "first_name": a, "last_name": b, "phone": "+49 30 5550199"}
        for n, (a, b) in enumerate(names)
    ]
    identify.command(records(tmp_path / "r.parquet", rows), tmp_path / "l.parquet")
    found = list(links(tmp_path / "l.parquet").values())
    assert max(found.count(c) for c in found) <= 2


def test_one_record_repeated_many_times_is_one_customer(tmp_path: Path) -> None:
    ada = {"first_name": "Ada", "last_name": "Abbott", "email": "ada.abbott@example.com"}
    rows = people(100, seed=6) + [ada | {"record_id": f"x{n}"} for n in range(3000)]
    identify.command(records(tmp_path / "r.parquet", rows), tmp_path / "l.parquet")
    found = links(tmp_path / "l.parquet")
    assert len({found[f"x{n}"] for n in range(3000)}) == 1


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"first_name": "x" * 300, "last_name": "y" * 300, "full_name": "z " * 150},
        {"email": "@", "phone": "+", "dob": "0000-99-99", "street": "-", "country": "Atlantis"},
        {
            "email": "info@example.com",
            "phone": "000 000",
            "first_name": "Test",
            "last_name": "Test",
        },
        {"first_name": "\u5f20", "last_name": "\u4f1f", "full_name": "\U0001f600", "city": "\x00"},
    ],
)
def test_odd_records_are_read_and_do_not_merge_with_people(
    tmp_path: Path, row: dict[str, str]
) -> None:
    rows = [*people(60, seed=7), row | {"record_id": "odd"}]
    identify.command(records(tmp_path / "r.parquet", rows), tmp_path / "l.parquet")
    found = links(tmp_path / "l.parquet")
    assert list(found.values()).count(found["odd"]) == 1


@pytest.mark.parametrize("row", [{}, {"first_name": "Ada"}])
def test_records_that_say_next_to_nothing_are_nobody_else(
    tmp_path: Path, row: dict[str, str]
) -> None:
    rows = [row | {"record_id": str(n)} for n in range(50)]
    identify.command(records(tmp_path / "r.parquet", rows), tmp_path / "l.parquet")
    assert len(set(links(tmp_path / "l.parquet").values())) == 50


def test_duplicate_record_ids_are_refused_by_name(tmp_path: Path) -> None:
    path = records(tmp_path / "r.parquet", [{"record_id": r} for r in ("a", "b", "a", "c", "c")])
    with pytest.raises(ConfigError, match="these are not: a, c"):
        identify.command(path, tmp_path / "l.parquet")


@pytest.mark.parametrize(
    ("rows", "types", "message"),
    [
        ([], {}, "holds no records"),
        ([{"record_id": "1", "phone": 49}], {"phone": pa.int64()}, "phone must be text"),
        ([{"record_id": None}], {}, "have no record_id"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason(
    tmp_path: Path, rows: list[dict[str, Any]], types: dict[str, pa.DataType], message: str
) -> None:
    path = records(tmp_path / "r.parquet", rows, **types)
    with pytest.raises(ConfigError, match=message):
        identify.command(path, tmp_path / "l.parquet")


def test_a_file_without_record_ids_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"email": ["a@example.com"]}), tmp_path / "r.parquet")
    with pytest.raises(ConfigError, match="no column record_id"):
        identify.command(tmp_path / "r.parquet", tmp_path / "l.parquet")


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.parquet").write_text("record_id\n1\n")
    with pytest.raises(ConfigError, match="not a Parquet file"):
        identify.command(tmp_path / "r.parquet", tmp_path / "l.parquet")


def test_columns_that_are_not_used_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = records(tmp_path / "r.parquet", [{"record_id": "1", "shoe_size": "43"}])
    identify.command(path, tmp_path / "l.parquet")
    assert "shoe_size" in capsys.readouterr().err


def test_a_state_takes_changes_and_a_rebuild_agrees(tmp_path: Path) -> None:
    rows = [row | {"change": "upsert"} for row in people(200, seed=8)]
    later = [
        {"record_id": rows[0]["record_id"], "change": "delete"},
        rows[1] | {"email": "new@example.com"},
    ]
    state, out = tmp_path / "state", tmp_path / "l.parquet"
    identify.command(state=state, changes=records(tmp_path / "a.parquet", rows), out=out)
    assert len(links(out)) == 200
    identify.command(state=state, changes=records(tmp_path / "b.parquet", later), out=out)
    assert rows[0]["record_id"] not in links(out)
    identify.command(state=state, rebuild=True, out=out)
    once = links(out)
    assert len(once) == 199
    identify.command(state=state, rebuild=True, out=out)
    assert links(out) == once


def test_a_change_that_is_neither_upsert_nor_delete_is_refused(tmp_path: Path) -> None:
    path = records(tmp_path / "c.parquet", [{"record_id": "1", "change": "insert"}])
    with pytest.raises(ConfigError, match="upsert or delete"):
        identify.command(state=tmp_path / "s", changes=path, out=tmp_path / "l.parquet")
