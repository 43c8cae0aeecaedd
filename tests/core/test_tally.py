"""A table is counted on both sides with few questions, and where they differ is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.connector import Count
from core.pull import Nothing
from core.tally import FEW_ROWS, Tally
from core.window import Window

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL = Window(None, NEW_YEAR + timedelta(days=365))


class Ours(Nothing):
    """Rows, one a moment."""

    def __init__(self, moments: list[datetime]) -> None:
        self.moments = sorted(moments)

    def count(self, table: str) -> int:
        return len(self.moments)

    def within(self, table: str, column: str, window: Window) -> int:
        return len(inside(self.moments, window))

    def quantile(self, table: str, column: str, window: Window, share: float) -> datetime | None:
        found = inside(self.moments, window)
        return found[int(len(found) * share)] if found else None


def inside(moments: list[datetime], window: Window) -> list[datetime]:
    return [
        at
        for at in moments
        if (window.since is None or at >= window.since)
        and (window.until is None or at < window.until)
    ]


def minutes(number: int) -> list[datetime]:
    return [NEW_YEAR + n * MINUTE for n in range(number)]


def tally(
    theirs: list[datetime], ours: list[datetime], most: int = 1_000, exact_to: int | None = None
) -> Tally:
    def ask(since: datetime | None, until: datetime | None) -> int | None:
        found = len(inside(theirs, Window(since, until)))
        return found if exact_to is None or found <= exact_to else None

    return Tally(Count(ask, "updated_at"), Ours(ours), "orders", most)


def test_what_is_equal_costs_one_question() -> None:
    both = tally(minutes(10_000), minutes(10_000))
    assert both.theirs(ALL) == both.ours(ALL) == 10_000
    assert both.asked == 1


def test_a_lost_row_is_cornered_with_one_question_a_halving() -> None:
    whole = minutes(100_000)
    lost = whole[77_777]
    both = tally(whole, [at for at in whole if at != lost])
    found = both.differing(ALL, both.theirs(ALL) or 0)
    assert len(found) == 1
    assert lost in inside([lost], found[0])
    assert both.ours(found[0]) <= FEW_ROWS
    assert both.asked <= 13


def test_rows_lost_in_several_places_are_all_cornered() -> None:
    whole = minutes(20_000)
    lost = {whole[0], whole[9_000], whole[9_001], whole[-1]}
    both = tally(whole, [at for at in whole if at not in lost])
    found = both.differing(ALL, 20_000)
    assert {at for window in found for at in inside(sorted(lost), window)} == lost
    assert sum(both.ours(window) for window in found) <= 4 * FEW_ROWS


def test_a_row_too_many_here_is_cornered_as_well() -> None:
    whole = minutes(5_000)
    both = tally(whole[:2_000] + whole[2_001:], whole)
    [found] = both.differing(ALL, 4_999)
    assert inside([whole[2_000]], found)


def test_rows_that_share_a_moment_cannot_be_cut_apart() -> None:
    same = [NEW_YEAR] * 500
    both = tally(same, same[1:])
    [found] = both.differing(ALL, 500)
    assert both.ours(found) == 499


def test_questions_end_where_the_allowance_ends() -> None:
    whole = minutes(100_000)
    both = tally(whole, whole[1:], most=5)
    found = both.differing(ALL, both.theirs(ALL) or 0)
    assert both.asked == 5
    assert inside([whole[0]], found[0])


def test_a_vendor_that_counts_only_so_far_is_asked_in_pieces() -> None:
    whole = minutes(300_000)
    both = tally(whole, whole, exact_to=9_999)
    assert both.theirs(ALL) == 300_000
    assert both.asked <= 300_000 / 100 * 0.02


def test_a_vendor_that_never_says_exactly_has_said_nothing() -> None:
    whole = minutes(20_000)
    both = tally(whole, whole, exact_to=0)
    assert both.theirs(ALL) is None
    assert both.asked < 10


def test_too_few_questions_for_all_pieces_are_no_answer() -> None:
    whole = minutes(100_000)
    both = tally(whole, whole, exact_to=9_999, most=3)
    assert both.theirs(ALL) is None
    assert both.asked == 3


def test_a_table_that_is_only_counted_whole_is_not_cut() -> None:
    whole = minutes(1_000)
    both = Tally(Count(lambda _since, _until: 1_000), Ours(whole[1:]), "lists", 100)
    assert both.theirs(ALL) == 1_000
    assert both.differing(ALL, 1_000) == [ALL]
