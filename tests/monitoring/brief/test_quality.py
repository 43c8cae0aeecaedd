"""Which fields got emptier is told with how far, since when and whose they are."""

from __future__ import annotations

import pytest

from core.ledger import NightProfile, Profile
from monitoring.brief.compose import compose
from monitoring.brief.quality import movers, told
from tests.monitoring.brief.nights import BUSY, ORDINARY, TWO, profiled


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


def test_lead_source_is_found_under_any_vendors_name_for_it() -> None:
    nights = tuple(
        NightProfile(
            night.at,
            (
                Profile("hubspot", "raw_hubspot.contacts", "properties__lead_source", 100, filled),
                Profile("salesforce", "raw_salesforce.leads", "lead_source", 100, 90),
            ),
        )
        for night, filled in zip(profiled(0, 0), (96, 69), strict=True)
    )

    assert told(nights) == [
        "**Lead source** is empty in 31% of HubSpot's contacts, up from 4% overnight; the other "
        "systems' did not change."
    ]


def test_somebody_is_asked_to_find_out() -> None:
    page = compose(BUSY)

    assert page.first[0].lines == (
        "**Marketing:** Find out why company stays empty in HubSpot's people.",
    )
    assert [s.heading for s in compose(ORDINARY).rest] == ["Customers"]
    assert BUSY.profiles[-1].at == TWO
