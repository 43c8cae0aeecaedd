"""A warehouse that cannot be had is told in one line, and never with a password."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psycopg
import pytest

from core.errors import BusyError, ConfigError
from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from tests.destinations.warehouses.raw import TABLES, land, order, orders

HOLD = """
import sys
from destinations.warehouses import open_warehouse
with open_warehouse(sys.argv[1]).session([]) as session:
    {prepare}
    print("open", flush=True)
    sys.stdin.read()
"""


class Other:
    """Another process that writes the 360 until it is killed."""

    def __init__(self, url: str, prepare: str = "pass") -> None:
        program = HOLD.format(prepare=prepare)
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == b"open\n"
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()


def test_a_locked_warehouse_says_who_holds_it(warehouse_url: str) -> None:
    warehouse = open_warehouse(warehouse_url)
    if hasattr(warehouse, "patience_seconds"):
        warehouse.patience_seconds = 0.2
    with Other(warehouse_url) as other:
        with pytest.raises(BusyError, match="process") as refusal, warehouse.session([]):
            pass
        if warehouse_url.startswith("duckdb"):
            assert f"process {other.pid}" in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert refusal.value.next_step


def test_a_killed_writer_leaves_no_trace_of_its_transaction(warehouse_url: str) -> None:
    prepare = (
        "session.execute('create table t as select 1 as n'); change = session.transaction();"
        " change.__enter__(); session.execute('insert into t values (2)')"
    )
    with Other(warehouse_url, prepare):
        pass
    with open_warehouse(warehouse_url).session([], read_only=True) as session:
        assert session.query("select n from t")["n"].to_pylist() == [1]
    with open_warehouse(warehouse_url).session([]) as session:
        session.execute("insert into t values (3)")
        assert session.query("select n from t order by n")["n"].to_pylist() == [1, 3]


def test_a_raw_file_in_use_in_this_process_is_told(tmp_path: Path) -> None:
    warehouse = open_warehouse(f"duckdb:///{tmp_path}")
    land(warehouse, tmp_path, orders([order(1)]))
    known = warehouse.known("shopify", TABLES)
    with (
        warehouse.session(["shopify"], read_only=True),
        pytest.raises(BusyError, match="elsewhere in this process"),
    ):
        known.count("orders")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "warehouse",
        "duckdb:warehouse",
        "duckdb://warehouse",
        "duckdb:///",
        "mysql://root:s3cret@localhost/x",
        "postgresql://",
        "postgresql://daybreak:s3cret@localhost",
        "postgresql:///warehouse",
        "postgresql://daybreak:s3cret@localhost:port/x",
        "postgresql://daybreak:s3cret@[localhost/x",
        "postgresql://daybreak:s3cret@localhost/x?no_such_setting=1",
    ],
)
def test_a_url_that_is_none_names_its_variable_and_the_right_form(url: str) -> None:
    with pytest.raises(ConfigError, match="DAYBREAK_WAREHOUSE") as refusal:
        open_warehouse(url)
    assert ":///" in refusal.value.next_step or "HOST" in refusal.value.next_step
    assert "s3cret" not in str(refusal.value)


def test_a_label_tells_everything_but_the_password() -> None:
    warehouse = open_warehouse("postgres://daybreak:s3cret@db.example:5433/crm?password=s3cret")
    assert warehouse.label == "postgresql://daybreak@db.example:5433/crm"
    assert open_warehouse("duckdb:///some/folder").label == "duckdb:///some/folder"


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    url = f"postgresql://daybreak:s3cret@{str(tmp_path).replace('/', '%2F')}/crm"
    with (
        pytest.raises(BusyError, match="cannot be reached") as refusal,
        open_warehouse(url).session([]),
    ):
        pass
    assert "s3cret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "wrong", ["nobody:pw@{host}/postgres", "postgres:pw@{host}/no_such_database"]
)
def test_a_login_or_database_that_does_not_exist_is_told(postgres_server: str, wrong: str) -> None:
    url = "postgresql://" + wrong.format(host=postgres_server.rpartition("@")[2])
    with (
        pytest.raises(ConfigError, match=r"DAYBREAK_WAREHOUSE.*does not exist") as refusal,
        open_warehouse(url).session([]),
    ):
        pass
    assert "\n" not in str(refusal.value)


@pytest.fixture
def guarded_url(postgres_server: str) -> Iterator[str]:
    """Yield a URL, less its password, that the server takes only with the right one."""
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute("create role guarded superuser login password 'right'")
        row = connection.execute("show hba_file").fetchone()
        rules = Path(row[0] if row else "")
        before = rules.read_text()
        rules.write_text(f"local all guarded scram-sha-256\n{before}")
        connection.execute("select pg_reload_conf()")
        yield f"postgresql://guarded:{{}}@{postgres_server.rpartition('@')[2]}/postgres"
        rules.write_text(before)
        connection.execute("select pg_reload_conf()")
        connection.execute(
            "drop schema if exists daybreak, raw_shopify, raw_shopify_staging cascade"
        )
        connection.execute("drop role guarded")


def test_a_wrong_password_is_told_and_the_right_one_works(guarded_url: str, tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match=r"DAYBREAK_WAREHOUSE.*password") as refusal,
        open_warehouse(guarded_url.format("wr0ng")).session([]),
    ):
        pass
    assert "wr0ng" not in str(refusal.value)
    warehouse = open_warehouse(guarded_url.format("right"))
    land(warehouse, tmp_path, orders([order(1)]))
    assert warehouse.known("shopify", TABLES).count("orders") == 1


def test_a_file_that_is_no_warehouse_is_told(tmp_path: Path) -> None:
    (tmp_path / "daybreak.duckdb").write_text("not a database, whatever its name says" * 500)
    with (
        pytest.raises(ConfigError, match=r"DAYBREAK_WAREHOUSE.*daybreak\.duckdb"),
        open_warehouse(f"duckdb:///{tmp_path}").session([]),
    ):
        pass


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for warehouse in [open_warehouse(f"duckdb:///{tmp_path / 'file'}")]:
        with pytest.raises(ConfigError, match="DAYBREAK_WAREHOUSE"), warehouse.session([]):
            pass
        with pytest.raises(ConfigError, match="DAYBREAK_WAREHOUSE"):
            warehouse.destination("shopify")


def test_a_folder_may_be_relative_and_have_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    warehouse: Warehouse = open_warehouse("duckdb:///it's a folder/deep")
    land(warehouse, tmp_path, orders([order(1)]))
    with warehouse.session(["shopify"]) as session:
        assert session.query("select id from raw_shopify.orders")["id"].to_pylist() == ["1"]
    assert (tmp_path / "it's a folder" / "deep" / "shopify.duckdb").exists()
