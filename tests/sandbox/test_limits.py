"""Rate limits, with time as an argument."""

import pytest

from sandbox.limits import Bucket, FixedWindow, RollingWindow


class Time:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


def test_a_fixed_window_gives_all_back_at_its_end(time: Time) -> None:
    limit = FixedWindow(2, 60, time)
    time.now = 50
    assert [limit.take().remaining for _ in range(2)] == [1, 0]
    refused = limit.take()
    assert (refused.allowed, refused.wait) == (False, 10)
    time.now = 60
    assert limit.take().allowed


def test_a_rolling_window_gives_back_one_by_one(time: Time) -> None:
    limit = RollingWindow(2, 10, time)
    limit.take()
    time.now = 4
    limit.take()
    refused = limit.take()
    assert (refused.allowed, refused.wait) == (False, 6)
    time.now = 10
    assert limit.take().allowed
    assert limit.take().wait == 4


def test_a_bucket_refills_by_the_second_and_takes_back_what_was_not_used(time: Time) -> None:
    bucket = Bucket(1000, 100, time)
    assert bucket.take(900).remaining == 100
    refused = bucket.take(300)
    assert (refused.allowed, refused.wait, refused.remaining) == (False, 2, 100)
    time.now = 2
    assert bucket.take(300).allowed
    bucket.give_back(250)
    assert bucket.take(250).allowed
    assert not bucket.take(1).allowed


def test_waiting_as_long_as_told_is_always_enough(time: Time) -> None:
    for limit in (FixedWindow(3, 7, time), RollingWindow(3, 7, time), Bucket(3, 0.7, time)):
        for _ in range(20):
            verdict = limit.take()
            if not verdict.allowed:
                time.now += verdict.wait + 1e-9
                assert limit.take().allowed


def test_a_wider_limit_lets_more_through(time: Time) -> None:
    limit = FixedWindow(1, 60, time)
    limit.scale = 5
    assert [limit.take().allowed for _ in range(6)] == [True] * 5 + [False]
