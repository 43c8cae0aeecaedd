"""What every source keeps. A new file in ``sources/`` is under test the moment it exists."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import schedules
import sources
from core.connector import Table
from core.errors import DaybreakError, IncompleteError, VendorBusyError, VendorRefusedError
from core.pipeline import QUARANTINE, raw_tables
from core.pull import For, Pull
from core.records import OURS
from core.settings import load
from sandbox.serve import Sandbox
from sandbox.vendor import discover
from tests.installation import Installation, arrived
from tests.patience import Patience
from transforms.model import folder

pytestmark = pytest.mark.parametrize("name", sources.names())
DAY = timedelta(days=1)
CALLS_A_TABLE = 4
FOR_EVER = 0
BAD_ANSWERS: dict[str, dict[str, Any]] = {
    "an HTML page": {"do": "html"},
    "half a JSON": {"do": "invalid"},
    "a cut answer": {"do": "cut"},
    "an empty body": {"do": "empty"},
    "silence": {"do": "hang", "seconds": 0.02},
    "a 500": {"do": "status", "status": 500},
    "a torn connection": {"do": "reset"},
}
# tests/core/test_http.py has them all against the client that every source shares.
EVERY_DAY = {"an HTML page", "a cut answer"}
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def test_it_is_called_like_its_file_and_says_where_it_reads_and_what_it_fills(name: str) -> None:
    text = import_module(f"sources.{name}").__doc__ or ""
    assert sources.load(name).name == name
    assert re.search(r"Docs\s+https://\S+", text)
    unnamed = [table for table in sources.load(name).tables if table not in text]
    assert unnamed == []


def test_describing_a_pull_asks_nothing(name: str, box: Sandbox, tmp_path: Path) -> None:
    connector = sources.load(name)
    pull = Pull(home=tmp_path, clock=Patience(box.clock))
    streams = connector.build(load(connector.settings, box.environment), pull)
    assert {stream.table for stream in streams} <= set(connector.tables)
    assert box.journal.read() == []


def test_it_has_a_twin_a_schedule_and_a_way_into_the_360(name: str) -> None:
    assert name in discover()
    assert name in {cadence.source for cadence in schedules.every()}
    read = {item.relation for model in folder("staging") for item in model.reads}
    tables = {f"raw_{name}.{table}" for table in sources.load(name).tables}
    assert read & tables
    assert {one for one in read if one.startswith(f"raw_{name}.")} <= tables


def test_a_first_pull_brings_what_the_vendor_has_and_a_second_nothing(
    name: str, everywhere: Installation
) -> None:
    everywhere.pull(name)
    assert everywhere.untrue(name) == {}
    assert _misdeclared(everywhere, name) == []
    everywhere.pull(name)
    assert arrived(everywhere.pulled) == {}
    assert everywhere.meter.calls <= CALLS_A_TABLE * len(sources.load(name).tables)


def test_what_changes_from_night_to_night_arrives(name: str, here: Installation) -> None:
    here.pull(name)
    for _ in range(2):
        here.box.evolve(nights=1)
        here.pull(name)
        assert here.untrue(name) == {}


def test_reading_everything_again_changes_nothing(name: str, here: Installation) -> None:
    here.pull(name)
    here.pull(name, full=True)
    assert arrived(here.pulled) == {}
    assert here.untrue(name) == {}


def test_refused_credentials_are_told_with_the_variable_to_check(
    name: str, here: Installation
) -> None:
    here.box.faults.add({"do": "status", "status": 401, "times": FOR_EVER})
    with pytest.raises(VendorRefusedError) as told:
        here.pull(name)
    assert any(variable in told.value.next_step for variable in here.box.environment)


def test_a_vendor_that_stays_busy_is_told_as_one_to_ask_later(
    name: str, here: Installation
) -> None:
    here.box.faults.add({"do": "status", "status": 503, "times": FOR_EVER})
    with pytest.raises(VendorBusyError, match=f"^{name}: "):
        here.pull(name)


def test_a_vendor_that_asks_for_a_pause_gets_it(name: str, here: Installation) -> None:
    here.box.faults.add({"do": "status", "status": 429, "retry_after": 7, "times": 2})
    here.pull(name)
    assert here.meter.throttled_seconds >= 14
    assert here.untrue(name) == {}


@pytest.mark.parametrize(
    "answer",
    [pytest.param(one, marks=() if one in EVERY_DAY else pytest.mark.proof) for one in BAD_ANSWERS],
)
def test_a_bad_answer_is_told_and_healed_by_the_next_pull(
    name: str, answer: str, here: Installation
) -> None:
    here.box.faults.add({**BAD_ANSWERS[answer], "after": 3, "times": FOR_EVER})
    with pytest.raises(IncompleteError, match=f"^{name}: ") as told:
        here.pull(name)
    assert all(isinstance(cause, VendorBusyError) for cause in told.value.causes.values())
    assert arrived(here.pulled)
    here.box.faults.clear()
    here.pull(name)
    assert here.untrue(name) == {}


def test_a_record_without_its_key_is_set_aside_and_the_others_arrive(
    name: str, here: Installation
) -> None:
    table, key, record = _some_record(here, name)
    for field in (key, "legacyResourceId"):  # Shopify has two names for it
        fault = {"do": "drop_field", "table": table, "field": field, "having": record}
        here.box.faults.add({**fault, "times": FOR_EVER})
    here.pull(name)
    assert here.pulled.tables[table].quarantined >= 1
    assert [row["table_name"] for row in here.rows(name, QUARANTINE)] == [table]
    assert [w for w in here.untrue(name).get(table, []) if record not in w] == []
    here.box.faults.clear()
    here.pull(name, full=True)
    assert here.untrue(name) == {}


def test_a_field_that_changes_type_breaks_nothing(name: str, here: Installation) -> None:
    for fault in _strange_types(here, name):
        here.box.faults.add({**fault, "do": "change_type", "times": FOR_EVER})
    here.pull(name)
    assert here.untrue(name) == {}
    here.reconcile()
    here.box.faults.clear()
    here.pull(name, full=True)
    assert here.untrue(name) == {}
    here.pull(name, full=True)
    assert arrived(here.pulled) == {}


def test_no_secret_and_no_person_is_logged_or_told(
    name: str, here: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here.box.faults.add({"do": "drop_field", "field": "id", "times": 3})
    here.box.faults.add({"do": "status", "status": 400, "after": 5, "times": FOR_EVER})
    with pytest.raises(DaybreakError) as told:
        here.pull(name)
    here.box.faults.clear()
    here.pull(name)
    connector = sources.load(name)
    settings = load(connector.settings, here.box.environment)
    people = {one for table in connector.tables for one in _e_mails(here.rows(name, table))}
    unspeakable = {*connector.secrets(settings), *people}
    assert len(people) > 5
    said = "\n".join([*(r.getMessage() for r in caplog.records), str(told.value)])
    assert [one for one in unspeakable if one in said] == []


def test_reading_a_window_again_leaves_every_cursor_alone(name: str, here: Installation) -> None:
    kept = here.pull(name).after
    here.box.evolve(nights=2)
    morning = here.box.clock.now()
    here.pull(name, since=morning - DAY, until=morning)
    here.pull(name)
    assert here.pulled.before == kept
    assert here.untrue(name) == {}


def _misdeclared(here: Installation, name: str) -> list[str]:
    """Return declared columns that are not there, and keys that are empty or not unique."""
    wrong = []
    with here.warehouse.session([name], read_only=True) as session:
        for table, shape in raw_tables(sources.load(name)).items():
            there = session.columns(f"raw_{name}.{table}")
            declared = {*shape.columns, *shape.key, *OURS}
            wrong += [f"{table}.{column}" for column in sorted(declared - {*there})]
    for table, shape in raw_tables(sources.load(name)).items():
        keys = [tuple(row[part] for part in shape.key) for row in here.rows(name, table)]
        if len(keys) != len({*keys}) or any(part in {None, ""} for key in keys for part in key):
            wrong.append(f"{table}: key {shape.key}")
    return wrong


def _some_record(here: Installation, name: str) -> tuple[str, str, str]:
    """Return a table, its key and the id of a live record in it."""
    for table in here.promised(name):
        key = sources.load(name).tables[table].key
        rows = here.box.vendors[name].truth(table)[table]
        live = sorted(str(one) for one, row in rows.items() if not row["deleted"])
        if len(key) == 1 and len(live) > 2:
            return table, key[0], live[1]
    raise AssertionError(f"{name} has no table with a key of one column")


def _strange_types(here: Installation, name: str) -> Iterator[dict[str, Any]]:
    """Turn every plain declared field of three records a table to another type each."""
    connector = sources.load(name)
    pull = Pull(home=here.home / "aside", clock=Patience(here.box.clock))
    met: dict[str, int] = {}
    for stream in connector.build(load(connector.settings, here.box.environment), pull):
        for page in stream.pages():
            table, records = (
                (page.table, page.page) if isinstance(page, For) else (stream.table, page)
            )
            for record in records:
                number = met.setdefault(table, 0)
                if number < 3:
                    met[table] += 1
                    to = ("object", "list", "number")[number]
                    yield from _turned(connector.tables[table], table, record, to)


def _turned(shape: Table, table: str, record: dict[str, Any], to: str) -> Iterator[dict[str, Any]]:
    for field in record:
        column = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", field).lower()
        plain = shape.columns.get(column, "json") != "json"
        if plain and column not in {*shape.key, *OURS, "merged_into"}:
            having = str(record[shape.key[-1]])
            yield {"table": table, "field": field, "having": having, "to": to}


def _e_mails(rows: list[dict[str, Any]]) -> set[str]:
    return {one for row in rows for one in E_MAIL.findall(" ".join(map(str, row.values())))}
