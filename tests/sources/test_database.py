"""A database: what is in it arrives once, and nothing is ever written into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
import pytest
import yaml

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.pull import Pull
from sources.database import DatabaseSettings, connector, counts
from tests.sources.folder import NIGHT, Pulls

PEOPLE: dict[str, Any] = {
    "from": "customers",
    "table": "people",
    "key": "id",
    "updated": "changed",
    "columns": {"last_name": "name", "email": "mail"},
}
ORDINARY = "create table customers (id integer, name text, mail text, changed {moment})"
MOMENTS = {"sqlite": "text", "postgres": "timestamp"}


class Base(Pulls):
    """A database of somebody's, and the mapping that explains it."""

    kind: str
    url: str
    run: Callable[[str], None]

    def read(self, *, full: bool = False, **feeds: Any) -> None:
        self.pull(self.given(**feeds), full=full)

    def given(self, **feeds: Any) -> dict[str, Any]:
        path = self.root / "mapping.yaml"
        path.write_text(yaml.safe_dump({"system": "erp", "feeds": feeds}))
        return {"url": self.url, "mapping": path}

    def put(self, key: int | None, name: str, changed: str | None = "2026-01-01 10:00:00") -> None:
        moment = "null" if changed is None else f"'{changed}'"
        known = "null" if key is None else key
        self.run(f"delete from customers where id = {known}")
        self.run(
            f"insert into customers values ({known}, '{name}', '{name}@example.com', {moment})"
        )

    def told(self) -> str:
        error = self.shelf.failures.get("people")
        return str(error) if error else ""


@pytest.fixture
def lite(tmp_path: Path) -> Base:
    base, path = Base(connector, tmp_path), tmp_path / "erp.sqlite"

    def run(statement: str) -> None:
        with sqlite3.connect(path) as db:
            db.execute(statement)
        db.close()

    base.kind, base.url, base.run = "sqlite", f"sqlite:///{path}", run
    run(ORDINARY.format(moment="text"))
    return base


@pytest.fixture
def grown(tmp_path: Path, postgres_url: str) -> Base:
    base = Base(connector, tmp_path)

    def run(statement: str) -> None:
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(statement.encode())

    base.kind, base.run = "postgres", run
    # SQLAlchemy takes the folder of a socket as a parameter, and not as a host.
    user, _, socket = postgres_url.removeprefix("postgresql://").partition("@")
    host, _, name = socket.partition("/")
    base.url = f"postgresql://{user}@/{name}?host={unquote(host)}"
    run(ORDINARY.format(moment="timestamp"))
    return base


@pytest.fixture(params=["lite", "grown"])
def here(request: pytest.FixtureRequest) -> Base:
    base: Base = request.getfixturevalue(request.param)
    return base


def test_everything_comes_once_and_then_what_changed(here: Base) -> None:
    here.put(1, "anna")
    here.put(2, "bert", "2026-01-02 10:00:00")
    here.read(people=PEOPLE)
    assert here.rows("people")["1"]["email"] == "anna@example.com"
    assert here.rows("people")["1"]["updated_at"] == datetime(2026, 1, 1, 10, tzinfo=UTC)
    here.read(people=PEOPLE)
    assert (here.log["people"].read, here.shelf.changed) == (1, 0)
    here.put(1, "anne", "2026-01-03 10:00:00")
    here.read(people=PEOPLE)
    assert here.rows("people")["1"]["last_name"] == "anne"


def test_a_tie_at_the_cursor_and_a_row_committed_late_are_not_lost(here: Base) -> None:
    here.put(1, "anna", "2026-01-02 10:00:00")
    here.read(people={**PEOPLE, "sweep": False})
    here.put(2, "tie", "2026-01-02 10:00:00")
    here.put(3, "late", "2026-01-02 09:51:00")
    here.read(people={**PEOPLE, "sweep": False})
    assert set(here.rows("people")) == {"1", "2", "3"}


def test_the_sweep_finds_who_is_gone_who_is_late_and_who_came_back(here: Base) -> None:
    here.put(1, "anna")
    here.put(2, "bert", "2026-01-03 10:00:00")
    here.read(people=PEOPLE)
    here.run("delete from customers where id = 1")
    here.put(3, "very late", "2025-01-01 10:00:00")
    here.read(people=PEOPLE)
    assert (set(here.rows("people")), set(here.gone("people"))) == ({"2", "3"}, {"1"})
    here.put(1, "anna")
    here.read(people=PEOPLE)
    assert set(here.rows("people")) == {"1", "2", "3"}


def test_an_empty_table_deletes_nobody_and_is_told(here: Base) -> None:
    here.put(1, "anna")
    here.read(people=PEOPLE)
    here.run("delete from customers")
    here.read(people=PEOPLE)
    assert "customers: it is empty, so nobody" in here.told()
    assert set(here.rows("people")) == {"1"}


def test_a_row_without_a_stamp_is_read_each_time_and_a_future_one_does_not_stop_the_clock(
    here: Base,
) -> None:
    feed = {**PEOPLE, "sweep": False}
    here.put(1, "undated", None)
    here.put(2, "future", "2099-01-01 00:00:00")
    here.put(3, "anna", "2026-01-01 10:00:00")
    here.read(people=feed)
    here.put(1, "still undated", None)
    here.put(4, "new", "2026-01-04 10:00:00")
    here.read(people=feed)
    assert here.rows("people")["1"]["last_name"] == "still undated"
    assert set(here.rows("people")) == {"1", "2", "3", "4"}


def test_a_row_that_lost_its_key_deletes_nobody(here: Base) -> None:
    here.put(1, "anna")
    here.put(2, "bert")
    here.read(people=PEOPLE)
    here.run("update customers set id = null where id = 1")
    here.read(people=PEOPLE)
    assert "1 rows have no key" in here.told()
    assert set(here.rows("people")) == {"1", "2"}


def test_a_flag_that_no_stamp_tells_of_is_found_by_the_sweep(here: Base) -> None:
    here.run("create table stock (id integer, title text, gone integer, n integer)")
    here.run("insert into stock values (1, 'Mug', 0, 1), (2, 'Lamp', 0, 2), (3, 'Vase', 0, 3)")
    feed: dict[str, Any] = {"from": "stock", "table": "products", "key": "id", "deleted": "gone"}
    feed |= {"columns": {"title": "title"}, "incremental": "n", "overlap": 0}
    here.read(stock=feed)
    here.run("update stock set gone = 1 where id = 1")
    here.read(stock=feed)
    assert set(here.gone("products")) == {"1"}
    here.run("update stock set gone = 0 where id = 1")
    here.read(stock=feed)
    assert set(here.rows("products")) == {"1", "2", "3"}


def test_a_row_without_a_key_is_set_aside(here: Base) -> None:
    here.put(None, "nobody")
    here.put(1, "anna")
    here.read(people=PEOPLE)
    assert (set(here.rows("people")), here.log["people"].quarantined) == ({"1"}, 1)


def test_local_time_without_a_zone_is_read_as_the_mapping_says(here: Base) -> None:
    here.put(1, "anna", "2026-01-01 10:00:00")
    here.read(people={**PEOPLE, "time_zone": "America/New_York"})
    assert here.rows("people")["1"]["updated_at"] == datetime(2026, 1, 1, 15, tzinfo=UTC)


def test_a_query_may_be_read_and_a_number_may_be_the_cursor(here: Base) -> None:
    feed = {"table": "people", "key": "id", "incremental": "id", "overlap": 0, "sweep": False}
    query = "select id, upper(name) as name from customers where id > 1;"
    here.put(1, "anna")
    here.put(2, "bert")
    here.read(people={**feed, "query": query, "columns": {"last_name": "name"}})
    here.put(3, "carl")
    here.read(people={**feed, "query": query, "columns": {"last_name": "name"}})
    assert (set(here.rows("people")), here.log["people"].read) == ({"2", "3"}, 2)
    assert here.rows("people")["2"]["last_name"] == "BERT"


def test_a_flag_deletes_once(here: Base) -> None:
    here.run("create table stock (id integer, title text, gone integer)")
    here.run("insert into stock values (1, 'Mug', 0), (2, 'Lamp', 0)")
    feed: dict[str, Any] = {"from": "stock", "table": "products", "key": "id", "deleted": "gone"}
    feed["columns"] = {"title": "title"}
    here.read(stock=feed)
    here.run("update stock set gone = 1 where id = 2")
    here.read(stock=feed)
    assert here.gone("products")["2"]["title"] == "Lamp"
    here.read(stock=feed)
    assert here.shelf.changed == 0
    here.run("update stock set gone = 0 where id = 2")
    here.read(stock=feed)
    assert set(here.rows("products")) == {"1", "2"}


def test_many_rows_and_a_key_of_two_columns(here: Base) -> None:
    here.run("create table lines (bon integer, n integer, price numeric(10, 2))")
    values = ", ".join(f"({n // 10}, {n % 10}, {n}.50)" for n in range(4_500))
    here.run(f"insert into lines values {values}")
    feed = {"from": "lines", "table": "order_lines", "key": ["bon", "n"], "overlap": 0}
    here.read(lines={**feed, "columns": {"unit_price": "price"}})
    assert len(here.rows("order_lines")) == 4_500
    assert here.rows("order_lines")["12:3"]["unit_price"] == "123.50".rstrip("0") + (
        "0" if here.kind == "postgres" else ""
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"from": "customer"}, "feeds.people: there is no table customer"),
        ({"updated": "modified"}, "customers has no column modified, which people reads for"),
        (
            {"columns": {"phone": "tel"}},
            "customers has no column tel, which people reads for phone",
        ),
    ],
)
def test_what_is_not_there_is_told_with_table_and_column(
    here: Base, change: dict[str, Any], sentence: str
) -> None:
    here.read(people={**PEOPLE, **change})
    assert isinstance(here.shelf.failures["people"], ConfigError)
    assert sentence in here.told()


def test_a_query_that_writes_is_refused(here: Base) -> None:
    here.put(1, "anna")
    query = "delete from customers returning id, name, mail, changed"
    feed = {name: value for name, value in PEOPLE.items() if name != "from"}
    here.read(people={**feed, "query": query})
    assert here.told()
    here.read(people=PEOPLE)
    assert set(here.rows("people")) == {"1"}


def test_a_query_may_not_even_draw_a_number(grown: Base) -> None:
    grown.run("create sequence numbers")
    feed = {name: value for name, value in PEOPLE.items() if name not in {"from", "updated"}}
    query = "select nextval('numbers') as id, '' as name, '' as mail"
    grown.read(people={**feed, "query": query})
    assert "ReadOnlySqlTransaction" in grown.told()


def test_a_statement_that_takes_too_long_is_ended(grown: Base) -> None:
    feed = {name: value for name, value in PEOPLE.items() if name != "from"}
    grown.put(1, "anna")
    query = "select customers.*, pg_sleep(5) from customers"
    grown.pull({**grown.given(people={**feed, "query": query}), "timeout_seconds": 0.1})
    assert isinstance(grown.shelf.failures["people"], VendorBusyError)
    assert "took longer than 0.1 seconds" in grown.told()


def test_sqlite_loses_patience_too(lite: Base) -> None:
    feed = {name: value for name, value in PEOPLE.items() if name != "from"}
    endless = "with recursive n (id) as (select 1 union all select id + 1 from n)"
    query = f"{endless} select id, id as name, id as mail, id as changed from n where id < 0"
    lite.pull({**lite.given(people={**feed, "query": query}), "timeout_seconds": 0.1})
    assert "took longer than 0.1 seconds" in lite.told()


def test_a_login_that_may_not_read_is_told_with_the_variable_to_check(grown: Base) -> None:
    grown.run("drop role if exists stranger")
    grown.run("create role stranger login password 'pw'")
    grown.url = grown.url.replace("postgres:pw@", "stranger:pw@")
    grown.read(people=PEOPLE)
    error = grown.shelf.failures["people"]
    assert isinstance(error, VendorRefusedError)
    assert "DATABASE_SOURCE_URL" in error.next_step


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///nowhere.sqlite", "there is no file nowhere.sqlite"),
        ("nothing", "it is no URL"),
        ("oracle+cx_nothing://somewhere/x", "DATABASE_SOURCE_URL: "),
    ],
)
def test_a_database_that_cannot_be_opened_is_told(lite: Base, url: str, sentence: str) -> None:
    lite.url = url
    lite.read(people=PEOPLE)
    assert sentence in lite.told()
    assert isinstance(lite.shelf.failures["people"], ConfigError)


def test_values_of_another_type_break_nothing(lite: Base) -> None:
    lite.put(1, "anna")
    lite.run("insert into customers values (2, 17, x'ff00', '2026-01-02 10:00:00')")
    lite.run("insert into customers values (3, 1.5, null, 'soon')")
    lite.read(people=PEOPLE)
    rows = lite.rows("people")
    assert (rows["2"]["last_name"], rows["2"]["email"]) == ("17", "ff00")
    assert (rows["3"]["updated_at"], rows["3"]["updated_at__v_text"]) == (None, "soon")
    lite.read(people=PEOPLE)
    assert lite.shelf.changed == 0


def test_it_counts_what_it_holds_in_a_window_and_in_all(here: Base) -> None:
    for key in range(5):
        here.put(key + 1, "x", f"2026-01-0{key + 1} 10:00:00")
    made = DatabaseSettings(_env_file=None, **here.given(people=PEOPLE))
    count = counts(made, Pull(home=here.root, clock=here.clock))["people"]  # type: ignore[arg-type]  # the sandbox's clock only lacks sleep
    day = datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert (count.ask(None, None), count.column) == (5, "updated_at")
    assert count.ask(day, day + timedelta(days=2)) == 2
    assert count.ask(None, day) == 1


def test_a_window_reads_what_changed_in_it_and_infers_no_deletion(here: Base) -> None:
    for key in range(3):
        here.put(key + 1, "x", f"2026-01-0{key + 1} 10:00:00")
    day = datetime(2026, 1, 2, tzinfo=UTC)
    here.pull(here.given(people=PEOPLE), since=day, until=day + timedelta(days=1))
    assert (set(here.rows("people")), here.shelf.state) == ({"2"}, {})
    assert here.clock.now() > NIGHT
