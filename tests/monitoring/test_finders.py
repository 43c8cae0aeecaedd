"""What is odd, short, drifted, piling up or running out is found, and what is ordinary is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.ledger import Counted, NightProfile, Profile, Run, RunState, SchemaChange, Volume
from core.ledger.alert import Severity
from core.window import Window
from monitoring.backlog import find_behind, find_quarantined
from monitoring.band import band
from monitoring.drift import find_conflicts, find_sunsets
from monitoring.fields import find_odd_fields
from monitoring.keys import find_ending, find_spent
from monitoring.machine import GB, Machine, find_creep, find_disk, find_skew
from monitoring.odd import find_odd_customers
from monitoring.reach import reached
from monitoring.timetable import Held, find_unkept
from monitoring.volume import find_volumes
from tests.monitoring.world import TWO, _cadences

DAY = timedelta(days=1)


def run(number: int = 1, **more: object) -> Run:
    given = Run(
        id=number,
        flow="pull",
        source="shopify",
        parent_id=None,
        state=RunState.SUCCEEDED,
        started_at=TWO + number * DAY,
        ended_at=TWO + number * DAY + timedelta(minutes=10),
        error_kind=None,
        error=None,
        next_step=None,
        calls=1,
        retries=0,
        throttled_seconds=0,
        since=None,
        until=None,
        prefect_run_id=None,
        cursors_before={},
        cursors_after={},
        details={},
        tables={},
        changes=(),
    )
    return replace(given, **more)  # type: ignore[arg-type] # the fields of a run


def nights(*rows: int, aside: int = 0) -> list[Volume]:
    """Return what one table brought, night after night; the last sets ``aside`` aside."""
    return [
        Volume(
            night=n,
            at=TWO + n * DAY,
            source="shopify",
            table="orders",
            arrived=r,
            read=1_000,
            quarantined=aside * (n == len(rows) - 1),
            is_whole=True,
        )
        for n, r in enumerate(rows)
    ]


def month(usual: int, last: int) -> list[Volume]:
    """Return a month of ordinary nights after the first, and one more."""
    return nights(90_000, *[usual + (n % 5) for n in range(29)], last)


def test_before_a_week_has_passed_nobody_knows_what_is_ordinary() -> None:
    assert band(0, [(d, 100.0) for d in range(6)]) is None
    assert find_volumes(nights(90_000, 100, 100, 100, 0), {}) == []


def test_a_quiet_weekend_is_no_alarm_even_in_the_second_week() -> None:
    week = [100.0, 110.0, 90.0, 105.0, 100.0, 30.0, 25.0]
    ordinary = band(6, list(enumerate(week)))

    assert ordinary is not None
    assert ordinary.low < 25


def test_one_extraordinary_night_does_not_move_what_is_ordinary() -> None:
    calm = [(0, 100.0)] * 8
    upset = [*calm[:-1], (0, 40_000.0)]

    assert band(0, calm) is not None
    assert band(0, upset).usual == 100  # type: ignore[union-attr] # there are eight nights


@pytest.mark.parametrize(
    ("last", "kinds"), [(0, ["short"]), (30, ["short"]), (70, []), (450, []), (6_000, ["odd"])]
)
def test_a_night_is_held_against_the_same_weekday(last: int, kinds: list[str]) -> None:
    assert [f.kind for f in find_volumes(month(100, last), {})] == kinds


def test_nothing_at_all_is_an_error_unless_the_vendors_own_count_agrees() -> None:
    [nothing] = find_volumes(month(100, 0), {})
    agrees = run(counts=(Counted("orders", Window(), 0, 0, TWO),))
    [closed] = find_volumes(month(100, 0), {"shopify": agrees})

    assert (nothing.severity, closed.severity) == (Severity.ERROR, Severity.WARNING)
    assert "Its own count agrees" in closed.detail


def test_green_runs_that_bring_nothing_longer_than_ever_are_stale_since_the_last_that_did() -> None:
    [still] = find_volumes(nights(9_000, *[5, 6, 7, 5, 6, 7, 5, 6] * 3, 0, 0, 0), {})

    assert (still.kind, still.reason) == ("stale", "standstill")
    assert still.since == TWO + 24 * DAY


def test_a_table_that_often_rests_is_not_at_a_standstill() -> None:
    assert find_volumes(nights(9_000, *[5, 0, 0, 6] * 8, 0, 0, 0), {}) == []


def reconciles(last: int) -> list[Run]:
    figures = [{"total": 9, "duplicates": n} for n in (9_000, *[10, 14, 8] * 6, last)]
    return [run(n, details=one) for n, one in enumerate(figures)]


def test_duplicates_out_of_all_proportion_are_told_and_a_few_more_are_not() -> None:
    assert find_odd_customers(reconciles(45)) == []
    [odd] = find_odd_customers(reconciles(500))
    assert "500 duplicates where 10 are usual" in odd.detail


def fields(*nights: dict[str, int]) -> list[NightProfile]:
    return [
        NightProfile(
            TWO + n * DAY,
            (
                Profile(
                    "hubspot",
                    "deals",
                    "stage",
                    rows=sum(held.values()),
                    filled=sum(held.values()) - held.get("", 0),
                    values=held,
                ),
            ),
        )
        for n, held in enumerate(nights)
    ]


USUAL = {"": 40, "open": 600, "won": 360}


@pytest.mark.parametrize(
    ("tonight", "reasons"),
    [
        ({"": 60, "open": 560, "won": 380}, set()),
        ({"": 400, "open": 400, "won": 200}, {"emptied"}),
        ({"": 40, "open": 580, "won": 350, "paused": 30}, {"new value"}),
        ({"": 40, "open": 599, "won": 360, "typo": 1}, set()),
        ({"": 40, "open": 100, "won": 860}, {"shifted"}),
    ],
)
def test_a_field_is_odd_when_it_empties_when_it_shifts_and_when_it_holds_what_nobody_knew(
    tonight: dict[str, int], reasons: set[str]
) -> None:
    found = find_odd_fields(fields(*[USUAL] * 9, tonight))

    assert {f.reason for f in found} == reasons


def test_a_field_that_changed_long_ago_is_ordinary_now() -> None:
    changed = {"": 700, "open": 200, "won": 100}

    assert find_odd_fields(fields(USUAL, *[changed] * 9, changed)) == []


def test_a_value_with_somebodys_address_in_it_is_not_told() -> None:
    [odd] = find_odd_fields(fields(*[USUAL] * 9, {**USUAL, "ada@example.org": 60}))

    assert "ada@" not in odd.detail


def test_a_field_whose_values_changed_kind_is_told_once_a_source() -> None:
    changes = [SchemaChange("shopify", "orders", c, "type_conflict") for c in "abcde"]
    added = SchemaChange("stripe", "charges", "x", "new_column")

    [found] = find_conflicts([*changes, *changes, added])
    assert "2 more fields" in found.detail


@pytest.mark.parametrize(("days", "bad"), [(90, Severity.WARNING), (9, Severity.ERROR)])
def test_the_end_of_a_version_is_told_and_is_graver_when_it_is_near(
    days: int, bad: Severity
) -> None:
    said = {"sunset": (TWO + days * DAY).isoformat(), "where": "/api"}
    [found] = find_sunsets([run(details={"announced": said}), run(2)], TWO)

    assert found.severity is bad
    assert f"in {days} days" in found.detail


@pytest.mark.parametrize(
    ("days", "says", "bad"),
    [
        (30, "expires soon", Severity.WARNING),
        (7, "expires soon", Severity.ERROR),
        (0, "expires today", Severity.ERROR),
        (-3, "has expired", Severity.ERROR),
    ],
)
def test_a_key_that_ends_is_told_a_month_before(days: int, says: str, bad: Severity) -> None:
    [found] = find_ending({"dynamics": (TWO + days * DAY).date()}, TWO)

    assert found.title.endswith(says)
    assert found.severity is bad


def test_a_key_that_is_good_for_longer_is_not_spoken_of() -> None:
    assert find_ending({"dynamics": (TWO + 31 * DAY).date()}, TWO) == []


def test_a_day_whose_calls_are_nearly_used_is_told_with_how_many_were_ours() -> None:
    enough, few = ({"day": {"calls": 1_000, "left": left}} for left in (100, 99))

    [found] = find_spent([run(details=enough), run(2), run(3, details=few, calls=12)])
    assert "1,000 calls a day 99 were left" in found.detail
    assert "took 12 of them" in found.detail


def test_a_few_bad_records_are_no_alarm_and_many_are() -> None:
    assert find_quarantined(nights(10, 10, aside=9)) == []
    assert len(find_quarantined(nights(10, 10, aside=60))) == 1


def test_a_customer_table_older_than_what_was_pulled_is_behind() -> None:
    pulled = {"shopify": TWO + DAY}

    assert find_behind(pulled, TWO, TWO + DAY, timedelta(hours=26)) == []
    assert find_behind(pulled, TWO + 2 * DAY, TWO + 9 * DAY, timedelta(hours=26)) == []
    assert len(find_behind(pulled, TWO, TWO + 2 * DAY, timedelta(hours=26))) == 1


@pytest.mark.parametrize(("free", "reason"), [(60, None), (4, "tight"), (0, "full")])
def test_a_disk_is_roomy_tight_or_full(free: int, reason: str | None) -> None:
    found = find_disk(Machine(free * GB, 100 * GB), ())

    assert [f.reason for f in found] == ([reason] if reason else [])


def test_a_disk_that_will_be_full_within_a_week_is_told_before_it_is() -> None:
    looks = [(TWO + n * DAY, (80 - 8 * n) * GB) for n in range(7)]
    steady = [(at, 32 * GB) for at, _ in looks]

    assert [f.reason for f in find_disk(Machine(32 * GB, 100 * GB), looks)] == ["filling"]
    assert find_disk(Machine(32 * GB, 100 * GB), steady) == []


def test_one_vendor_with_a_wrong_clock_is_not_our_clock() -> None:
    right, wrong = [run(details={"skew_seconds": s}) for s in (1, 900)]

    assert find_skew([right, right, wrong]) == []
    assert len(find_skew([right, wrong, wrong])) == 1


def test_nights_that_take_twice_as_long_are_told_and_one_long_night_is_not() -> None:
    def night(number: int, minutes: int) -> Run:
        began: datetime = TWO + number * DAY
        return run(
            number, flow="night", ended_at=began + timedelta(minutes=minutes), started_at=began
        )

    calm = [night(n, 30) for n in range(12)]

    assert find_creep([*calm, night(12, 200)]) == []
    assert len(find_creep([*calm, night(12, 70), night(13, 75), night(14, 80)])) == 1


def test_where_prefect_holds_no_schedule_at_all_somebody_else_starts_the_runs() -> None:
    assert find_unkept(_cadences(), {}) == []


def test_a_paused_a_deleted_and_a_moved_schedule_are_told_apart() -> None:
    cadences = _cadences()
    held = {c.name: Held(frozenset({c.cron})) for c in cadences}
    assert find_unkept(cadences, held) == []

    held["pull-stripe"] = Held(frozenset(), is_paused=True)
    held["pull-shopify"] = Held(frozenset({"1 1 * * *"}))
    del held["night"]

    assert {f.subject: f.reason for f in find_unkept(cadences, held)} == {
        "stripe": "paused",
        "shopify": "moved",
        "night": "deleted",
    }


def test_every_alert_says_who_is_hurt_in_their_own_words() -> None:
    found = [*find_volumes(month(100, 0), {}), *find_odd_customers(reconciles(500))]
    [shop, customers] = reached(found, {"shopify": "shop"})

    assert shop.affects == ("orders and revenue from Shopify", "the customer table")
    assert customers.affects == ("the customer table",)
