"""A budget kept from our side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.pace import Pace

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_a_burst_passes_and_the_next_call_waits_for_the_window() -> None:
    pace = Pace(calls=2, seconds=10)
    assert [pace.take(NIGHT), pace.take(NIGHT + timedelta(seconds=4))] == [0, 0]
    assert pace.take(NIGHT + timedelta(seconds=4)) == 6


def test_a_clock_set_back_does_not_make_us_wait_for_hours_that_never_pass() -> None:
    pace = Pace(calls=1, seconds=10)
    pace.take(NIGHT)
    assert pace.take(NIGHT - timedelta(days=1)) == 0


@given(gaps=st.lists(st.integers(0, 30), max_size=60), calls=st.integers(1, 5))
def test_no_window_ever_holds_more_calls_than_the_budget(gaps: list[int], calls: int) -> None:
    pace, now, started = Pace(calls, seconds=10), NIGHT, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        now += timedelta(seconds=pace.take(now))
        started.append(now)
    for first, beyond in zip(started, started[calls:], strict=False):
        assert beyond - first >= timedelta(seconds=10)


def test_a_call_that_counts_as_several_waits_for_room_for_all_of_them() -> None:
    pace = Pace(calls=4, seconds=60)
    at = [NIGHT + timedelta(seconds=n) for n in (0, 10, 70, 130)]
    assert [pace.take(at[0]), pace.take(at[1], 3)] == [0, 0]
    assert pace.take(at[1], 3) == 60
    assert [pace.take(at[2]), pace.take(at[2])] == [0, 60]
    assert pace.take(at[3], 9) == 60
