"""Files: whatever an old system leaves in a folder arrives, and what is not whole waits."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from core.errors import ConfigError, DaybreakError
from sources.files import connector
from tests.sources.folder import Pulls

PEOPLE: dict[str, Any] = {
    "files": "people*.csv",
    "table": "people",
    "key": "NO",
    "updated": "CHANGED",
    "columns": {"last_name": "NAME", "email": "MAIL"},
}
HEAD = "NO,NAME,MAIL,CHANGED\n"
ANNA = "1,Anna,anna@example.com,2026-01-01T10:00:00\n"
BERT = "2,Bert,bert@example.com,2026-01-02T10:00:00\n"


class Files(Pulls):
    """Files and the mapping that explains them."""

    def read(self, *, settle: float = 60, full: bool = False, **feeds: Any) -> None:
        """Pull by a mapping of these feeds."""
        path = self.root / "mapping.yaml"
        path.write_text(yaml.safe_dump({"system": "till", "feeds": feeds}))
        given = {"folder": str(self.folder), "mapping": path, "settle_seconds": settle}
        self.pull(given, full=full)

    def told(self, table: str = "people") -> str:
        """Return why a table is incomplete; empty if it is not."""
        error = self.shelf.failures.get(table)
        return str(error) if error else ""

    def arrived(self, table: str = "people") -> tuple[int, int, int]:
        log = self.log[table]
        return log.new, log.changed, log.deleted


@pytest.fixture
def here(tmp_path: Path) -> Files:
    return Files(connector, tmp_path)


def test_a_mapping_renames_types_translates_and_keeps_the_rest(here: Files) -> None:
    here.write(
        "orders.csv",
        "BON;KD;BETRAG;AM;BEZ;LAND;TEST\n"
        "A-1;007;1.234,50;31.12.2025 23:30;J;DE;nein\n"
        "A-2;008;12,50-;01.07.2025 00:30;N;AT;ja\n".encode("latin-1"),
    )
    feed = {
        "files": "orders.csv",
        "table": "orders",
        "key": ["BON"],
        "delimiter": ";",
        "encoding": "latin-1",
        "decimal": ",",
        "dates": ["%d.%m.%Y %H:%M"],
        "time_zone": "Europe/Berlin",
        "columns": {
            "person_id": "KD",
            "total": "BETRAG",
            "placed_at": "AM",
            "payment_status": {"column": "BEZ", "values": {"J": "paid"}},
            "currency": {"value": "EUR"},
            "is_test": "TEST",
        },
    }
    here.read(orders=feed)
    first, second = (here.rows("orders")[key] for key in ("A-1", "A-2"))
    assert (first["person_id"], first["total"], second["total"]) == ("007", "1234.50", "-12.50")
    assert first["placed_at"] == datetime(2025, 12, 31, 22, 30, tzinfo=UTC)
    assert second["placed_at"] == datetime(2025, 6, 30, 22, 30, tzinfo=UTC)
    assert (first["payment_status"], second["payment_status"]) == ("paid", "N")
    assert (first["currency"], first["is_test"], second["is_test"]) == ("EUR", False, True)
    assert first["_rest"] == '{"LAND":"DE"}'
    assert first["system"] == "till"


def test_a_value_that_cannot_be_read_is_kept_as_it_stands(here: Files) -> None:
    here.write("people.csv", HEAD + "1,Anna,a@example.com,31.31.2025\n")
    here.read(people=PEOPLE)
    row = here.rows("people")["1"]
    assert (row["updated_at"], row["updated_at__v_text"]) == (None, "31.31.2025")


@pytest.mark.parametrize(
    ("written", "mark", "is_read"),
    [
        ("1,234.50", ".", "1234.50"),
        ("12.50", ",", "12.50"),
        ("1 234,5", ",", "1234.5"),
        ("12,50", ".", "12,50"),
        ("free", ".", "free"),
    ],
)
def test_thousands_count_only_in_groups_of_three(
    here: Files, written: str, mark: str, is_read: str
) -> None:
    here.write("products.csv", f"ID;PRICE\n1;{written}\n")
    feed = {"files": "*.csv", "table": "products", "key": "ID", "decimal": mark, "delimiter": ";"}
    here.read(products={**feed, "columns": {"price": "PRICE"}})
    assert here.rows("products")["1"]["price"] == is_read


def test_every_format_and_dialect_says_the_same(here: Files) -> None:
    line = '{"NO": 1, "NAME": "Zoë\\n O\'Neil", "MAIL": "z@example.com", "CHANGED": "2026-01-01"}\n'
    table = pa.table({"NO": [1.0], "NAME": ["Zoë\n O'Neil"], "MAIL": ["z@example.com"]})
    moment = pa.array([datetime(2026, 1, 1)], pa.timestamp("ns"))  # noqa: DTZ001 - as exports have it
    parquet = io.BytesIO()
    pq.write_table(table.append_column("CHANGED", moment), parquet)
    quoted = 'NO,NAME,MAIL,CHANGED\r\n1,"Zoë\n O\'Neil",z@example.com,2026-01-01\r\n'
    written = {
        "bom.csv": b"\xef\xbb\xbf" + quoted.encode(),
        "packed.csv.gz": gzip.compress(quoted.encode()),
        "wide.csv": quoted.encode("utf-16"),
        "tabs.tsv": quoted.replace(",", "\t").encode(),
        "lines.ndjson": b"\xef\xbb\xbf" + line.encode(),
        "lines.jsonl.gz": gzip.compress(line.encode()),
        "columns.parquet": parquet.getvalue(),
    }
    feeds: dict[str, Any] = {}
    for name, content in written.items():
        here.write(name, content)
        encoding = {"encoding": "utf-16"} if name == "wide.csv" else {}
        feeds[name] = {**PEOPLE, "files": name, "system": name, **encoding}
    here.read(**feeds)
    assert here.shelf.failures == {}
    rows = [row for _, row in here._all("people")]
    assert {row["system"] for row in rows} == set(written)
    assert {(r["id"], r["last_name"], r["email"], r["updated_at"]) for r in rows} == {
        ("1", "Zoë\n O'Neil", "z@example.com", datetime(2026, 1, 1, tzinfo=UTC))
    }


def test_only_what_is_new_or_changed_is_read(here: Files) -> None:
    here.write("people-1.csv", HEAD + ANNA)
    here.read(people=PEOPLE)
    here.read(people=PEOPLE)
    assert here.log["people"].read == 0
    here.write("people-2.csv", HEAD + BERT)
    here.read(people=PEOPLE)
    assert (here.log["people"].read, here.arrived()) == (1, (1, 0, 0))
    assert set(here.rows("people")) == {"1", "2"}


def test_a_file_of_the_same_size_that_was_written_anew_is_read_again(here: Files) -> None:
    here.write("people.csv", HEAD + ANNA)
    here.read(people=PEOPLE)
    here.write("people.csv", HEAD + ANNA.replace("Anna", "Anne"))
    here.read(people=PEOPLE)
    assert here.rows("people")["1"]["last_name"] == "Anne"


def test_ten_comes_after_nine(here: Files) -> None:
    feed = {**PEOPLE, "updated": None}
    here.write("people-10.csv", HEAD + ANNA.replace("Anna", "newest"), ago=100)
    here.write("people-9.csv", HEAD + ANNA.replace("Anna", "older"), ago=100)
    here.read(people=feed)
    assert here.rows("people")["1"]["last_name"] == "newest"


def test_an_old_file_read_again_takes_nothing_back(here: Files) -> None:
    flagged = {**PEOPLE, "deleted": "GONE"}
    head = "NO,NAME,MAIL,CHANGED,GONE\n"
    old = f"{head}1,Anna,,2026-01-01,0\n2,Bert,,2026-01-01,0\n"
    path = here.write("people-1.csv", old)
    here.write("people-2.csv", f"{head}1,Anne,,2026-01-02,0\n2,Bert,,2026-01-02,1\n")
    here.read(people=flagged)
    here.touch(path)
    here.read(people=flagged)
    here.read(people=flagged, full=True)
    assert here.arrived() == (0, 0, 0)
    assert here.rows("people")["1"]["last_name"] == "Anne"
    assert set(here.gone("people")) == {"2"}


def test_a_flag_deletes_and_its_absence_restores(here: Files) -> None:
    flagged = {**PEOPLE, "deleted": {"column": "STATE", "when": ["closed"]}}
    head = "NO,NAME,MAIL,CHANGED,STATE\n"
    here.write("people-1.csv", f"{head}1,Anna,a@example.com,2026-01-01,open\n")
    here.read(people=flagged)
    here.write("people-2.csv", f"{head}1,,,2026-01-02,closed\n")
    here.read(people=flagged)
    gone = here.gone("people")["1"]
    assert (gone["email"], gone["deleted_at"].day) == ("a@example.com", 2)
    here.write("people-3.csv", f"{head}1,Anna,a@example.com,2026-01-03,open\n")
    here.read(people=flagged)
    assert set(here.rows("people")) == {"1"}


def test_who_is_not_in_the_newest_snapshot_is_deleted_and_may_come_back(here: Files) -> None:
    feed = {**PEOPLE, "snapshot": "newest"}
    here.write("people-2026-01-04.csv", HEAD + ANNA + BERT)
    here.read(people=feed)
    here.write("people-2026-01-05.csv", HEAD + BERT)
    here.read(people=feed)
    assert (set(here.rows("people")), set(here.gone("people"))) == ({"2"}, {"1"})
    here.read(people=feed)
    assert here.arrived() == (0, 0, 0)
    here.write("people-2026-01-06.csv", HEAD + ANNA + BERT)
    here.read(people=feed)
    assert set(here.rows("people")) == {"1", "2"}


def test_a_snapshot_in_parts_is_all_its_parts_and_nobody_elses(here: Files) -> None:
    other = {**PEOPLE, "files": "club.csv", "system": "club"}
    feed = {**PEOPLE, "snapshot": "together"}
    here.write("people-a.csv", HEAD + ANNA)
    here.write("people-b.csv", HEAD + BERT)
    here.write("club.csv", HEAD + ANNA)
    here.read(people=feed, club=other)
    assert len(here.shelf.tables["people"]) == 3
    (here.folder / "people-a.csv").unlink()
    here.read(people=feed, club=other)
    gone = {key for key, row in here._all("people") if row["deleted_at"]}
    assert gone == {("till", "1")}


@pytest.mark.parametrize("content", [HEAD, HEAD + BERT + "3,Carl\n", HEAD + BERT + '4,"Da'])
def test_a_snapshot_that_is_empty_or_not_whole_deletes_nobody(here: Files, content: str) -> None:
    feed = {**PEOPLE, "snapshot": "newest"}
    here.write("people-1.csv", HEAD + ANNA + BERT)
    here.read(people=feed)
    here.write("people-2.csv", content)
    here.read(people=feed)
    assert "people-2.csv" in here.told()
    assert set(here.rows("people")) == {"1", "2"}


def test_a_file_that_is_being_written_waits_and_is_told(here: Files) -> None:
    here.write("people-1.csv", HEAD + ANNA)
    here.write("people-2.csv", HEAD + BERT, ago=5)
    here.read(people=PEOPLE)
    assert here.told() == "files: people-2.csv is being written"
    assert set(here.rows("people")) == {"1"}
    here.read(people=PEOPLE)
    assert here.told() == ""
    assert set(here.rows("people")) == {"1", "2"}


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz", "people.ndjson", "people.parquet"])
def test_a_file_that_breaks_off_is_read_again_when_it_is_whole(here: Files, name: str) -> None:
    rows = [{"NO": str(n), "NAME": "A" * 50, "MAIL": f"{n}@example.com"} for n in range(50)]
    text = "NO,NAME,MAIL\n" + "".join(",".join(row.values()) + "\n" for row in rows)
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    lines = "".join(f'{{"NO": "{r["NO"]}", "NAME": "{r["NAME"]}"}}\n' for r in rows)
    whole = {
        "people.csv": text.encode(),
        "people.csv.gz": gzip.compress(text.encode()),
        "people.ndjson": lines.encode(),
        "people.parquet": parquet.getvalue(),
    }[name]
    feed = {**PEOPLE, "files": name, "updated": None}
    feed["columns"] = {"last_name": "NAME"}
    here.write(name, whole[:-30])
    here.read(people=feed)
    assert name in here.told()
    here.write(name, whole)
    here.read(people=feed)
    assert (here.told(), len(here.rows("people"))) == ("", 50)


def test_the_other_files_are_read_where_a_row_tells_its_age(here: Files) -> None:
    here.write("people-1.csv", HEAD + ANNA + '2,"Be')
    here.write("people-2.csv", HEAD + BERT)
    here.read(people=PEOPLE)
    assert "people-1.csv" in here.told()
    assert set(here.rows("people")) == {"2"}
    here.read(orders={**PEOPLE, "updated": None})
    assert here.log["people"].read == 0


def test_a_bad_line_is_set_aside_with_its_place_and_costs_no_other(here: Files) -> None:
    lines = [
        "1,Anna,a@example.com,2026-01-01",
        "2,Bert",
        '3,"Carl "the cat",c@example.com,2026-01-01',
        ",Nobody,n@example.com,2026-01-01",
        "4,Dora,d@example.com,2026-01-01",
    ]
    content = HEAD.encode() + "\n".join(lines).encode() + b"\n5,\xff\xfe,e@example.com,2026\n"
    here.write("people.csv", content + b'6,"Fred,f@example.com,2026-01-01\n7,Gina,,2026-01-01\n')
    here.read(people=PEOPLE)
    assert here.told() == ""
    assert set(here.rows("people")) == {"1", "4", "7"}
    assert here.log["people"].quarantined == 5


def test_a_mapping_that_was_corrected_takes_in_what_was_set_aside(here: Files) -> None:
    lines = '{"NO": "1", "NAME": "Anna"}\n{"ID": "2", "NO": "", "NAME": "Bert"}\n'
    here.write("people.ndjson", lines)
    feed = {"table": "people", "files": "*.ndjson", "columns": {"first_name": "NAME"}}
    here.read(people={**feed, "key": "NO"})
    assert set(here.rows("people")) == {"1"}
    here.read(people={**feed, "key": "ID"})
    assert here.rows("people")["2"]["first_name"] == "Bert"
    assert here.log["people"].healed == 1


def test_json_lines_that_are_none_are_set_aside(here: Files) -> None:
    content = '{"NO": 12345678901234567890123}\n[1]\n{"NO": \n\n{"NAME": "x"}\n{"NO": "2"}'
    here.write("people.ndjson", content)
    here.read(people={**PEOPLE, "files": "*.ndjson"})
    assert set(here.rows("people")) == {"12345678901234567890123", "2"}
    assert here.log["people"].quarantined == 3


def test_columns_in_another_order_are_the_same_and_a_lost_one_stops_its_file(here: Files) -> None:
    here.write("people-1.csv", HEAD + ANNA)
    here.write("people-2.csv", "MAIL,CHANGED,NO,NAME\nb@example.com,2026-01-02,2,Bert\n")
    here.write("people-3.csv", "NO,NAME,CHANGED\n1,Anna,2026-01-03\n")
    here.read(people=PEOPLE)
    assert here.rows("people")["2"]["email"] == "b@example.com"
    assert here.rows("people")["1"]["email"] == "anna@example.com"
    assert here.told().startswith("people-3.csv: feeds.people: there is no column MAIL")
    columns = {**PEOPLE["columns"], "email": {"column": "MAIL", "optional": True}}
    here.read(people={**PEOPLE, "columns": columns})
    assert here.told() == ""


def test_a_window_reads_what_changed_in_it_and_leaves_the_cursor_alone(here: Files) -> None:
    here.write("people-1.csv", HEAD + ANNA + BERT)
    path = here.root / "mapping.yaml"
    path.write_text(yaml.safe_dump({"feeds": {"people": PEOPLE}}))
    given = {"folder": str(here.folder), "mapping": path}
    day = datetime(2026, 1, 2, tzinfo=UTC)
    here.pull(given, since=day, until=day + timedelta(days=1))
    assert set(here.rows("people")) == {"2"}
    assert here.shelf.state == {}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"table": "persons"}, "feeds.people.table: there is no table persons; there are people"),
        ({"columns": {"emial": "MAIL"}}, "columns.emial: people has no emial; it has birth"),
        ({"columns": {"email": {}}}, "feeds.people.columns.email: say either the column"),
        ({"key": []}, "feeds.people.key: "),
        ({"time_zone": "Berlin"}, "feeds.people.time_zone: Berlin is no time zone"),
        ({"encoding": "utf-9"}, "feeds.people.encoding: there is no encoding utf-9"),
        ({"files": "people.xls"}, "format: say one of csv"),
        ({"delimitre": ";"}, "feeds.people.delimitre: "),
        ({"snapshot": "all"}, "feeds.people.snapshot: "),
    ],
)
def test_a_wrong_mapping_is_told_by_file_feed_and_field(
    here: Files, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as told:
        here.read(people={**PEOPLE, **change})
    assert str(told.value).startswith("mapping.yaml: ")
    assert sentence.replace("birth", "") in str(told.value)


def test_a_mapping_may_be_toml_and_one_that_is_not_there_is_named(here: Files) -> None:
    path = here.root / "mapping.toml"
    path.write_text(
        '[feeds.people]\nfiles="*.csv"\ntable="people"\nkey="NO"\ncolumns={email="MAIL"}\n'
    )
    here.write("people.csv", HEAD + ANNA)
    here.pull({"folder": str(here.folder), "mapping": path})
    assert here.rows("people")["1"]["email"] == "anna@example.com"
    with pytest.raises(ConfigError, match=r"FILES_MAPPING: .*nowhere\.yaml"):
        here.pull({"folder": str(here.folder), "mapping": here.root / "nowhere.yaml"})


def test_a_folder_that_is_not_there_is_told_with_the_variable_to_check(here: Files) -> None:
    here.folder.rmdir()
    here.read(people=PEOPLE)
    error: DaybreakError = here.shelf.failures["people"]
    assert "FILES_FOLDER" in str(error)
    assert "FILES_FOLDER" in error.next_step


def test_a_snapshot_shares_its_table_and_system_with_no_other_feed(here: Files) -> None:
    with pytest.raises(ConfigError, match=r"feeds\.a: no other feed may fill people"):
        here.read(a={**PEOPLE, "snapshot": "newest"}, b=PEOPLE)


def test_a_last_line_without_its_end_is_taken_where_the_mapping_says_so(here: Files) -> None:
    here.write("people.csv", (HEAD + ANNA).rstrip())
    here.read(people=PEOPLE)
    assert "breaks off" in here.told()
    here.read(people={**PEOPLE, "open_end": True})
    assert (here.told(), set(here.rows("people"))) == ("", {"1"})


def test_a_big_file_is_read_a_page_at_a_time(here: Files) -> None:
    here.write("people.csv", HEAD + "".join(f"{n},N,,2026-01-01\n" for n in range(5_000)))
    here.read(people=PEOPLE)
    assert len(here.rows("people")) == 5_000
