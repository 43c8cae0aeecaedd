"""The clock is wrong, the network is gone: the vendors in miniature show it, and it is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from cli.main import app
from core.settings import DaybreakSettings
from flows.attendance import attended
from flows.house import House
from flows.look import look
from flows.surroundings import Alone
from flows.work import Span, bring
from sandbox.serve import Sandbox, serve
from sandbox.world import make
from tests.journeys.plain import night
from tests.monitoring.channels.crons import alarms, checkins
from tests.monitoring.channels.receiver import Receiver, listening
from tests.patience import Patience
from tests.town import vendors

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, whose settings are all in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("DAYBREAK", "PREFECT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DAYBREAK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@contextmanager
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Have vendors who are set up as real ones are: by their variables, not as a sandbox."""
    with serve(vendors(), make("seeded", people=15)) as box:
        for name, value in box.environment.items():
            monkeypatch.setenv(name, value)
        yield box


def house_of(home: Path, box: Sandbox, ahead: timedelta = timedelta(0)) -> House:
    settings = DaybreakSettings(home=home, warehouse=SecretStr(f"duckdb:///{home / 'warehouse'}"))
    return House(settings, Patience(box.clock, ahead), None)


def titles(receiver: Receiver) -> list[str]:
    return [body["title"] for body in receiver.bodies()]


def test_a_clock_that_is_off_is_told_by_the_watch_and_by_the_doctor(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as hook, town(monkeypatch) as box:
        monkeypatch.setenv("WEBHOOK_URL", hook.url)
        house = house_of(home, box, ahead=timedelta(minutes=12))
        for source in ("shopify", "stripe"):
            bring(house, source, Span())
        look(house, Alone())
        doctor = CliRunner().invoke(app, ["doctor"])

        for source in ("shopify", "stripe"):
            bring(house_of(home, box), source, Span())
        look(house_of(home, box), Alone())

    assert titles(hook) == ["This machine's clock is wrong", "Machine: over"]
    assert "12 minutes ahead, say 2 vendors alike" in " ".join(hook.bodies()[0]["lines"])
    assert "minutes ahead, say 2 vendors alike" in " ".join(doctor.output.split())


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_without_a_network_one_incident_is_told_where_anybody_hears_and_else_is_missed_outside(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as sentry, listening() as hook:
        monkeypatch.setenv("SENTRY_DSN", sentry.url.replace("//", "//key@") + "/1")
        monkeypatch.setenv("WEBHOOK_URL", hook.url)
        with town(monkeypatch) as box:
            house = house_of(home, box)
            lived(house)
            assert look(house, Alone()).alerts == ()
            port = int(urlsplit(hook.url).port or 0)
        house.clock.sleep(24 * HOUR.total_seconds())
        lived(house)
    # The vendors were away for the second night, and now nobody at all can be reached.
    deaf = look(house, Alone())
    alone = checkins(sentry)

    house.clock.sleep(HOUR.total_seconds() / 4)
    with listening(port) as again:
        told = look(house, Alone())
        look(house, Alone())

    assert hook.received == []
    assert set(deaf.undelivered) == {"sentry", "webhook"}
    assert {a.finding.cause for a in deaf.alerts if a.finding.family != "channel"} == {"network"}
    assert [(name, n.title) for name, n in told.told] == [("webhook", t) for t in titles(again)]
    assert titles(again) == [
        "4 syncs failed for one reason: they cannot be reached from here",
        "Sentry cannot be told of alerts",
    ]
    assert alarms(alone, alone[-1].at) == {}
    assert alarms(alone, alone[-1].at + 26 * HOUR) == {"daybreak-night": "missed"}


def lived(house: House) -> None:
    """Live a night, and say so outside."""
    with attended("night", None, house.clock):
        night(house)
