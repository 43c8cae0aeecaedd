"""A budget kept from our side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pace import Bucket, Pace, Told, take_all

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


def after(seconds: float) -> datetime:
    return NIGHT + timedelta(seconds=seconds)


def test_a_call_counts_in_every_budget_when_it_is_sent_not_when_it_was_asked_for() -> None:
    wide, narrow = Pace(calls=2, seconds=60), Pace(calls=1, seconds=30)
    assert take_all([wide, narrow], NIGHT) == NIGHT
    assert take_all([wide, narrow], NIGHT) == after(30)
    # Had the second call counted in the wide one from the start, both would be back by now.
    assert take_all([wide], after(61)) == after(61)
    assert take_all([wide], after(61)) == after(90)


def test_a_window_is_reckoned_from_the_answer_for_then_the_vendor_has_surely_counted() -> None:
    pace = Pace(calls=1, seconds=10)
    pace.take(NIGHT)
    pace.settle(NIGHT, after(0.3))
    assert pace.take(after(1)) == pytest.approx(9.3)


def test_what_others_took_is_waited_for_and_what_the_plan_allows_is_learned() -> None:
    pace = Pace(calls=3, seconds=60)
    pace.take(NIGHT)
    pace.learn(NIGHT, Told(calls=5, left=1))
    assert [pace.take(after(1)), pace.take(after(1))] == [0, 59]


def test_where_all_comes_back_at_once_the_vendors_own_count_counts() -> None:
    pace = Pace(calls=2, seconds=60)
    pace.take(NIGHT)
    pace.learn(after(1), Told(left=0, reset=7))
    assert [pace.take(after(1)), pace.take(after(8))] == [7, 0]


def test_a_bucket_waits_for_the_points_that_are_lacking_and_no_longer() -> None:
    bucket = Bucket(calls=1_000, seconds=10)
    assert [bucket.take(NIGHT, 900), bucket.take(NIGHT, 100)] == [0, 0]
    assert bucket.take(NIGHT, 50) == pytest.approx(0.5, abs=0.01)
    bucket.learn(after(1), Told(calls=2_000, left=2_000, seconds=10))
    assert bucket.take(after(1), 2_000) == 0
    assert bucket.take(after(1), 200) == pytest.approx(1, abs=0.01)


def test_a_bucket_never_holds_more_than_it_holds() -> None:
    bucket = Bucket(calls=100, seconds=10)
    bucket.take(NIGHT, 100)
    assert bucket.take(after(3_600), 100) == 0
    assert bucket.take(after(3_600), 100) == pytest.approx(10, abs=0.01)
