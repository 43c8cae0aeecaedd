"""Somebody outside knows when each cadence must run: check-ins bring their monitors along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

import schedules
from core.cadence import Cadence
from core.settings import SentrySettings
from monitoring.checkins import CheckIns, monitor, slug
from monitoring.heartbeat import beat
from monitoring.notices import ChannelError
from tests.monitoring.channels.receiver import Receiver, listening, patient

NIGHT = next(c for c in schedules.every() if c.verb == "night")


def checkins(receiver: Receiver) -> CheckIns:
    dsn = receiver.url.replace("//", "//key@") + "/1"
    return CheckIns(SentrySettings(dsn=SecretStr(dsn), environment="tests"), patient)


def recorded(receiver: Receiver) -> list[dict[str, Any]]:
    """Return the check-ins of the envelopes that came: a header a line, then what it announces."""
    found = []
    for path, _, body in receiver.received:
        assert path == "/api/1/envelope/"
        lines = [orjson.loads(line) for line in body.splitlines() if line]
        assert lines[1]["type"] == "check_in"
        found.append(lines[2])
    return found


def test_a_run_checks_in_when_it_begins_and_when_it_ends() -> None:
    with listening() as receiver:
        outside = checkins(receiver)
        number = outside.begin(NIGHT)
        outside.end(NIGHT, number, timedelta(minutes=3), good=True)

    began, ended = recorded(receiver)
    assert (began["status"], ended["status"]) == ("in_progress", "ok")
    assert began["check_in_id"] == ended["check_in_id"] == number
    assert (ended["duration"], ended["environment"]) == (180.0, "tests")
    assert began["monitor_slug"] == "daybreak-night"


def test_a_run_that_failed_says_so() -> None:
    with listening() as receiver:
        outside = checkins(receiver)
        outside.end(NIGHT, outside.begin(NIGHT), timedelta(1), good=False)

    assert recorded(receiver)[1]["status"] == "error"


@pytest.mark.parametrize("cadence", schedules.every(), ids=lambda c: c.name)
def test_every_cadence_brings_a_monitor_that_knows_its_hour(cadence: Cadence) -> None:
    with listening() as receiver:
        checkins(receiver).begin(cadence)

    [said] = recorded(receiver)
    assert said["monitor_slug"] == slug(cadence)
    assert said["monitor_config"] == monitor(cadence)
    assert said["monitor_config"]["schedule"] == {"type": "crontab", "value": cadence.cron}
    assert 1 <= said["monitor_config"]["checkin_margin"] <= 60
    assert len(slug(cadence)) <= 50


def test_a_server_that_is_away_is_an_error_and_not_silence() -> None:
    with listening() as receiver:
        outside = checkins(receiver)
    with pytest.raises(ChannelError, match="cannot be reached"):
        outside.begin(NIGHT)


def test_a_good_night_is_a_heartbeat_at_an_address_nobody_is_told() -> None:
    with listening() as receiver:
        beat(f"{receiver.url}/ping/s3cret", patient)
        receiver.status = 404
        with pytest.raises(ChannelError, match="answered 404") as gone:
            beat(f"{receiver.url}/ping/s3cret", patient)

    assert receiver.received[0][0] == "/ping/s3cret"
    assert "s3cret" not in str(gone.value)
