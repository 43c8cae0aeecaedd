"""The sandbox's time."""

from datetime import UTC, datetime, timedelta

from sandbox.clock import Clock, iso, millis, moment, parse

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)


def test_a_frozen_clock_moves_only_when_told_to() -> None:
    clock = Clock(NOON, frozen=True)
    assert clock.now() == clock.now() == NOON
    assert clock.advance(90) == NOON + timedelta(seconds=90)
    assert clock.set(NOON) == clock.now() == NOON


def test_a_ticking_clock_lets_real_time_pass_on_top() -> None:
    clock = Clock(NOON)
    first = clock.now()
    assert NOON <= first < clock.now() < NOON + timedelta(minutes=1)


def test_a_thawed_clock_goes_on_from_where_it_stood() -> None:
    clock = Clock(NOON, frozen=True)
    clock.freeze(frozen=False)
    assert NOON <= clock.now() < NOON + timedelta(minutes=1)


def test_limits_count_seconds_that_never_run_back() -> None:
    clock = Clock(NOON, frozen=True)
    before = clock.seconds()
    clock.advance(3600)
    later = clock.seconds()
    clock.set(NOON)
    assert later >= before + 3600
    assert clock.seconds() >= later


def test_a_time_without_a_zone_is_utc_and_survives_the_store() -> None:
    at = parse("2018-01-01T10:00:00.123")
    assert moment(millis(at)) == at == parse("2018-01-01T11:00:00.123+01:00")
    assert iso(at) == "2018-01-01T10:00:00Z"
