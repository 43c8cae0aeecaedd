"""Each cadence says outside that it runs and how it ended; that nobody hears it fails nothing."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from core.clock import SystemClock
from core.errors import DaybreakError, IncompleteError, VendorBusyError
from flows.attendance import attended, good_night
from tests.monitoring.channels.receiver import Receiver, listening

CLOCK = SystemClock()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with listening() as receiver:
        monkeypatch.setenv("SENTRY_DSN", receiver.url.replace("//", "//key@") + "/1")
        yield receiver


def said(receiver: Receiver) -> list[tuple[str, str]]:
    items = [orjson.loads(body.splitlines()[2]) for _, _, body in receiver.received]
    return [(item["monitor_slug"], item["status"]) for item in items]


def test_a_night_checks_in_and_out(outside: Receiver) -> None:
    with attended("night", None, CLOCK):
        pass

    assert said(outside) == [("daybreak-night", "in_progress"), ("daybreak-night", "ok")]


def test_a_night_whose_parts_failed_took_place_and_a_pull_that_failed_did_not(
    outside: Receiver,
) -> None:
    partly = IncompleteError("x", {"y": VendorBusyError("no")})
    for verb, source in (("night", None), ("pull", "stripe")):
        with pytest.raises(IncompleteError), attended(verb, source, CLOCK):
            raise partly
    with pytest.raises(DaybreakError), attended("night", None, CLOCK):
        raise DaybreakError("no")

    assert [status for _, status in said(outside)][1::2] == ["ok", "error", "error"]
    assert said(outside)[2][0] == "daybreak-pull-stripe"


def test_what_keeps_no_schedule_checks_in_nowhere(outside: Receiver) -> None:
    with attended("", None, CLOCK), attended("reconcile", None, CLOCK):
        pass

    assert outside.received == []


def test_a_sentry_that_refuses_keeps_nobody_from_running(outside: Receiver) -> None:
    outside.status = 403
    with attended("watch", None, CLOCK):
        ran = True

    assert ran
    assert len(outside.received) == 2


def test_a_good_night_is_a_heartbeat_only_where_an_address_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good_night()
    with listening() as receiver:
        monkeypatch.setenv("DAYBREAK_HEARTBEAT_URL", f"{receiver.url}/alive")
        good_night()
        receiver.status = 404
        good_night()

    assert [path for path, _, _ in receiver.received] == ["/alive", "/alive"]
