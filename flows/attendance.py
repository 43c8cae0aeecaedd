"""Who runs says so, to somebody outside: begun, and how it ended. Never a reason to fail."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import schedules
from core.cadence import Cadence
from core.clock import Clock
from core.errors import DaybreakError, IncompleteError
from core.settings import SentrySettings, WatchSettings, load
from monitoring.checkins import CheckIns
from monitoring.heartbeat import beat

_LOG = logging.getLogger("prefect.flow_runs")


@contextmanager
def attended(verb: str, source: str | None, clock: Clock) -> Iterator[None]:
    """Check in at Sentry for the cadence of this verb and source, if there is one and a DSN is set.

    A night that got to its end is well attended though parts of it failed: those are alerts.
    """
    settings = load(SentrySettings)
    cadence = _cadence(verb, source)
    if cadence is None or not settings.dsn.get_secret_value():
        yield
        return
    checkins, began, good = CheckIns(settings), clock.now(), False
    number = _say(lambda: checkins.begin(cadence)) or ""
    try:
        yield
        good = True
    except IncompleteError:
        good = source is None
        raise
    finally:
        took = clock.now() - began
        _say(lambda: checkins.end(cadence, number, took, good=good))


def good_night() -> None:
    """Ask the heartbeat's address, if one is set."""
    url = load(WatchSettings).heartbeat_url.get_secret_value()
    if url:
        _say(lambda: beat(url))


def _say(words: Callable[[], str | None]) -> str | None:
    try:
        return words()
    except DaybreakError as error:
        _LOG.warning("%s", error)
        return None


def _cadence(verb: str, source: str | None) -> Cadence | None:
    return next((c for c in schedules.every() if (c.verb, c.source) == (verb, source)), None)
