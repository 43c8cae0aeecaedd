"""Which fields got emptier is told with how far, since when and whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.ledger import NightProfile, Profile
from monitoring.brief.compose import compose
from monitoring.brief.quality import movers, question, told
from monitoring.brief.today import today
from monitoring.fields import field_cause
from tests.monitoring.brief.nights import BUSY, ORDINARY, TWO, alert, profiled


def test_a_field_that_empties_is_told_with_the_day_it_began() -> None:
    assert told(profiled(0.04, 0.04, 0.04, 0.29, 0.30, 0.31)) == [
        "**Company** is empty in 31% of HubSpot's people, up from 4% since Sunday; the other "
        "systems' did not change."
    ]


def test_what_happened_tonight_is_called_overnight() -> None:
    [line] = told(profiled(0.04, 0.31))

    assert "up from 4% overnight;" in line


def test_a_field_that_fills_up_is_good_news_and_nobodys_task() -> None:
    nights = profiled(0.31, 0.04)

    assert "down from 31%" in told(nights)[0]
    assert not movers(nights)[0].is_worse


@pytest.mark.parametrize("shares", [(), (0.5,), (0.10, 0.14), (0.2, 0.9, 0.2)])
def test_noise_and_a_first_night_are_not_told(shares: tuple[float, ...]) -> None:
    assert told(profiled(*shares)) == []


def test_a_handful_of_rows_proves_nothing() -> None:
    few = tuple(
        NightProfile(night.at, (Profile("zoho", "deals", "stage", 12, filled),))
        for night, filled in zip(profiled(0, 0), (12, 2), strict=True)
    )

    assert told(few) == []


def test_what_moved_more_than_a_week_ago_is_no_news() -> None:
    assert told(profiled(0.04, *[0.31] * 9)) == []


def test_orders_without_a_customer_are_called_that() -> None:
    nights = profiled(0.01, 0.08, source="files", field="customer_id")

    assert "**Customer** is unknown in 8% of Files' people" in told(nights)[0]


def judged(*nights: dict[str, int]) -> tuple[NightProfile, ...]:
    """Return a night for each judgement of HubSpot's lead source; Salesforce's stays as it is."""
    return tuple(
        NightProfile(
            night.at,
            (
                Profile(
                    "hubspot",
                    "contacts",
                    "lead_source",
                    rows=100,
                    filled=said.get("filled", 100),
                    valid=said.get("valid"),
                    listed=said.get("listed"),
                ),
                Profile("salesforce", "leads", "lead_source", 100, 90, 85, 85),
            ),
        )
        for night, said in zip(profiled(*[0] * len(nights)), nights, strict=True)
    )


def test_lead_source_that_empties_in_one_system_is_told_as_all_from_there() -> None:
    assert told(judged({"filled": 96}, {"filled": 69})) == [
        "**Lead source** is empty in 31% of HubSpot's contacts, up from 4% overnight; the other "
        "systems' did not change."
    ]


def test_values_that_turn_wrong_or_leave_our_lists_are_told_like_those_that_empty() -> None:
    nights = judged({"valid": 97, "listed": 100}, {"valid": 85, "listed": 60})

    assert told(nights) == [
        "**Lead source** is on no list of ours in 40% of HubSpot's contacts, up from 0% overnight; "
        "the other systems' did not change.",
        "**Lead source** is not valid in 15% of HubSpot's contacts, up from 3% overnight; the "
        "other systems' did not change.",
    ]
    assert [question(mover) for mover in movers(nights)] == [
        "See which new values lead source has in HubSpot's contacts: `unmapped_values` has them.",
        "Find out why more of lead source is not valid in HubSpot's contacts.",
    ]


def test_what_the_watch_has_told_is_not_asked_a_second_time() -> None:
    known = alert()
    cause = field_cause("hubspot", "source_records", "company")
    told_already = replace(known, finding=replace(known.finding, cause=cause))

    assert "Find out why" in str(today(BUSY, {}))
    assert "Find out why" not in str(today(replace(BUSY, open=(told_already,)), {}))


def test_somebody_is_asked_to_find_out() -> None:
    page = compose(BUSY)

    assert page.first[0].lines == (
        "**Marketing:** Find out why company stays empty in HubSpot's people.",
    )
    assert [s.heading for s in compose(ORDINARY).rest] == ["Customers"]
    assert BUSY.profiles[-1].at == TWO
