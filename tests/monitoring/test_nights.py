"""A night is put together from what its runs left in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import ContractError, VendorBusyError
from core.ledger import RunState, SchemaChange, TableRows
from core.ledger.ending import SUCCEEDED
from monitoring.night import Customers, Night, SourceNight
from monitoring.nights import assemble
from tests.monitoring.world import ALL, TWO, World


def of(world: World, number: int | None = None) -> Night:
    night = assemble(world.ledger, world.cadences, world.clock.now(), number)
    assert night is not None
    return night


def source(night: Night, name: str) -> SourceNight:
    return next(s for s in night.sources if s.source == name)


def test_before_the_first_night_there_is_none(world: World) -> None:
    assert assemble(world.ledger, world.cadences, world.clock.now()) is None


def test_a_night_knows_its_sources_its_customers_and_how_long_it_took(world: World) -> None:
    night = of(world, world.night())

    assert [s.source for s in night.sources] == list(ALL)
    assert all(s.is_complete and s.first and s.ordinary is None for s in night.sources)
    assert night.customers == Customers(total=100, new=7, duplicates=3, merged=2, split=1, gone=0)
    assert (night.began_at, night.duration) == (TWO, timedelta(seconds=60))


def test_an_ordinary_night_is_the_median_of_those_before(world: World) -> None:
    for rows in (90_000, 10, 30, 20, 500):
        number = world.night(rows={"shopify": rows})

    shopify = source(of(world, number), "shopify")

    assert (shopify.rows.new, shopify.ordinary, shopify.compared) == (500, 20, 3)
    assert not shopify.first
    assert source(of(world, number - 6), "shopify").ordinary == 20


def test_a_source_knows_its_last_nights_and_whose_business_it_is(world: World) -> None:
    for rows in (90_000, 10, 30, 20):
        number = world.night(rows={"shopify": rows})

    shopify = source(of(world, number), "shopify")

    assert (shopify.domain, list(shopify.past.values())) == ("shop", [10, 30])
    assert list(shopify.past) == sorted(shopify.past)


def test_a_source_without_a_cadence_here_still_has_its_domain(world: World) -> None:
    world.night()

    night = assemble(world.ledger, [], world.clock.now(), domains={"stripe": "billing"})

    assert night is not None
    assert [s.domain for s in night.sources] == ["", "", "billing", ""]


def test_a_night_is_held_against_the_customers_and_profiles_of_those_before(world: World) -> None:
    numbers = [world.night(empty=empty) for empty in (4, 4, 31)]

    first, last = (of(world, number) for number in (numbers[0], numbers[-1]))

    assert (len(first.customers_before), len(last.customers_before)) == (0, 2)
    assert [night.profiles[0].filled for night in last.profiles] == [96, 96, 69]
    assert last.coming == {"renewals": 2}


def test_a_night_without_a_new_customer_table_has_no_profile_of_its_own(world: World) -> None:
    world.night()
    number = world.ledger.begin("night", at=world.clock.now())
    world.ledger.finish(number, SUCCEEDED, world.clock.now())

    assert of(world, number).profiles == ()


def test_what_ended_since_yesterday_and_what_is_still_wrong_are_kept_apart(world: World) -> None:
    busy = VendorBusyError("x: GET /x answered 503: no")
    world.night({"stripe": busy, "zendesk": busy})
    world.watch()
    world.later(hours=20)
    world.night({"zendesk": busy})
    world.watch()

    night = of(world)

    assert [alert.finding.subject for alert in night.open] == ["zendesk"]
    assert [alert.finding.subject for alert in night.healed] == ["stripe"]


def test_attempts_of_one_night_are_added_up_and_the_last_one_decides(world: World) -> None:
    number = world.ledger.begin("night", at=world.clock.now())
    busy = VendorBusyError("stripe: GET /x answered 503: no")
    world.pull("stripe", busy, night=number, rows=TableRows(new=5))
    world.pull("stripe", night=number, rows=TableRows(new=3, changed=1))
    world.ledger.finish(number, SUCCEEDED, world.clock.now())

    stripe = source(of(world), "stripe")

    assert (stripe.state, stripe.rows, stripe.calls) == (
        RunState.SUCCEEDED,
        TableRows(new=8, changed=1),
        20,
    )


def test_a_source_that_was_not_asked_is_named(world: World) -> None:
    number = world.ledger.begin("night", at=world.clock.now())
    world.pull("stripe", night=number)

    night = of(world)

    assert [s.source for s in night.sources if s.state is None] == ["hubspot", "shopify", "zendesk"]
    assert night.customers is None


def test_a_change_of_columns_is_told_once_however_often_it_was_tried(world: World) -> None:
    number = world.ledger.begin("night", at=world.clock.now())
    change = SchemaChange("stripe", "charges", "risk", "new_column", "text")
    for _ in range(2):
        with world.ledger.run("pull", "stripe", world.clock, parent=number) as log:
            log.changes.append(change)

    assert source(of(world), "stripe").changes == (change,)


def test_a_reconcile_without_figures_breaks_its_promise(world: World) -> None:
    number = world.ledger.begin("night", at=world.clock.now())
    with world.ledger.run("reconcile", None, world.clock, parent=number):
        pass

    with pytest.raises(ContractError, match="no figure named"):
        of(world)


def test_silence_is_judged_at_the_hour_of_the_brief(world: World) -> None:
    world.night()
    world.later(hours=30)

    assert {s.subject for s in of(world).silent} == {*ALL, "night"}
