"""People answer alerts from the command line."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import ConfigError, VendorRefusedError
from core.ledger import Ledger
from tests.monitoring.world import ALL, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DAYBREAK_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    return World(Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


def daybreak(*words: str) -> Result:
    return CliRunner().invoke(app, ["alerts", *words])


def trouble(world: World) -> int:
    """Let two keys be refused; return the number of the first incident."""
    for source in ("stripe", "shopify"):
        world.pull(source, VendorRefusedError(f"{source}: GET /x answered 401: no"))
    return world.watch().alerts[0].incident


def test_nothing_wrong_is_said_so(world: World) -> None:
    world.night()
    world.watch()

    done = daybreak("list")
    assert (done.exit_code, done.output) == (0, "Nothing is wrong.\n")


def test_what_is_wrong_is_a_line_an_incident_with_what_to_do(world: World) -> None:
    number = trouble(world)

    done = daybreak()

    assert done.exit_code == 3
    assert f"{number}" in done.output
    assert "Stripe failed" in done.output
    assert "Shopify failed" in done.output


def test_one_cause_is_one_line_however_many_it_hits(world: World) -> None:
    from core.errors import VendorBusyError  # noqa: PLC0415 - beside what it is about

    for source in ALL:
        world.pull(source, VendorBusyError(f"{source}: GET /{source} could not be reached"))
    world.watch()

    [incident] = orjson.loads(daybreak("list", "--json").output)
    assert sorted(incident["subjects"]) == sorted(ALL)
    assert incident["severity"] == "error"


def test_somebody_is_at_it(world: World) -> None:
    number = trouble(world)

    done = daybreak("ack", str(number), "--by", "Ops")

    assert done.exit_code == 0
    assert "Ops is at it" in done.output


def test_an_incident_is_silent_for_a_while_and_no_longer(world: World) -> None:
    number = trouble(world)

    assert "silent until" in daybreak("snooze", str(number), "--hours", "4").output
    assert "silent until" not in daybreak("snooze", str(number), "--hours", "0").output


def test_a_wrong_number_is_said_so(world: World) -> None:
    trouble(world)

    assert isinstance(daybreak("ack", "999").exception, ConfigError)
    assert isinstance(daybreak("ack").exception, ConfigError)
