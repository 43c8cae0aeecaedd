"""Silence is noticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.cadence import Cadence
from monitoring.freshness import stale

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOURLY = Cadence("hourly", "flows.pull.pull", "0 * * * *", timedelta(hours=3), {"source": "x"})
DAILY = Cadence("daily", "flows.night.night", "0 2 * * *", timedelta(hours=26))


def test_a_sync_at_its_limit_is_still_fresh() -> None:
    assert stale([HOURLY], {"hourly": NOON - timedelta(hours=3)}, NOON) == []


def test_a_sync_past_its_limit_is_stale_and_says_for_how_long() -> None:
    [found] = stale([HOURLY], {"hourly": NOON - timedelta(hours=4)}, NOON)

    assert (found.subject, found.age, found.limit) == ("x", timedelta(hours=4), timedelta(hours=3))


def test_a_sync_that_never_succeeded_is_stale_once_it_had_its_chance() -> None:
    early, late = NOON - timedelta(hours=2), NOON - timedelta(hours=4)

    assert stale([HOURLY], {}, NOON, began_at=early) == []
    assert [s.name for s in stale([HOURLY], {}, NOON, began_at=late)] == ["hourly"]
    assert [s.name for s in stale([HOURLY], {}, NOON)] == ["hourly"]


def test_what_never_succeeded_comes_first_then_the_oldest() -> None:
    third = Cadence("third", "flows.pull.pull", "0 * * * *", timedelta(hours=3))
    successes = {"hourly": NOON - timedelta(hours=4), "daily": NOON - timedelta(days=9)}

    assert [s.name for s in stale([HOURLY, DAILY, third], successes, NOON)] == [
        "third",
        "daily",
        "hourly",
    ]
