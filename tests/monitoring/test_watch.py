"""Trouble is told once, by its cause, and once more when it is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import (
    ContractError,
    IncompleteError,
    VendorBusyError,
    VendorRefusedError,
)
from core.ledger import Counted, TableRows
from core.ledger.alert import Severity
from core.window import Window
from monitoring.notices import News
from tests.monitoring.world import ALL, TWO, Ear, World

REFUSED = VendorRefusedError(
    "stripe: GET /v1/charges answered 401: Invalid key", next_step="Check STRIPE_API_KEY."
)


def unreachable(source: str) -> VendorBusyError:
    return VendorBusyError(f"{source}: GET /{source}/list could not be reached")


def test_a_good_night_is_silent(world: World) -> None:
    ear = Ear()
    world.night()

    report = world.watch(ear)

    assert (report.alerts, report.told, ear.heard) == ((), (), [])


def test_a_new_house_is_not_in_alarm_before_its_first_night(world: World) -> None:
    ear = Ear()
    assert world.watch(ear).alerts == ()

    world.pull("shopify")
    world.later(hours=25)

    assert world.watch(ear).alerts == ()


def test_a_failed_source_is_told_once_with_cause_and_next_step(world: World) -> None:
    ear = Ear()
    world.night({"stripe": REFUSED})
    for _ in range(3):
        world.watch(ear)
        world.later(minutes=15)

    [notice] = ear.heard
    assert (notice.news, notice.title, notice.subjects) == (
        News.TROUBLE,
        "Stripe failed",
        ("stripe",),
    )
    assert "does not accept our key" in notice.lines[0]
    assert notice.next_step == "Check STRIPE_API_KEY."


def test_it_is_told_once_when_it_is_over(world: World) -> None:
    ear = Ear()
    world.night({"stripe": REFUSED})
    world.watch(ear)
    world.later(hours=9)
    world.pull("stripe")
    for _ in range(3):
        world.watch(ear)

    assert [notice.news for notice in ear.heard] == [News.TROUBLE, News.OVER]
    assert ear.heard[1].title == "Stripe: over"
    assert "9 hours" in ear.heard[1].lines[0]


def test_it_is_told_again_when_it_comes_back(world: World) -> None:
    ear = Ear()
    for error in (REFUSED, None, REFUSED):
        world.pull("stripe", error)
        world.watch(ear)

    assert [notice.news for notice in ear.heard] == [News.TROUBLE, News.OVER, News.TROUBLE]


def test_another_reason_is_told_because_another_thing_must_be_done(world: World) -> None:
    ear = Ear()
    world.pull("stripe", unreachable("stripe"))
    world.watch(ear)
    world.pull("stripe", VendorBusyError("stripe: GET /v1/events answered 503: no"))
    world.watch(ear)
    world.pull("stripe", REFUSED)
    world.watch(ear)
    world.pull("stripe")
    world.watch(ear)

    assert [notice.title for notice in ear.heard] == [
        "Stripe failed",
        "Stripe failed, now for another reason",
        "Stripe: over",
    ]


def test_one_cause_is_one_notice_however_many_sources_it_hits(world: World) -> None:
    ear = Ear()
    world.night({source: unreachable(source) for source in ALL})
    world.watch(ear)

    [notice] = ear.heard
    assert notice.subjects == ALL
    assert notice.title == "4 syncs failed for one reason: they cannot be reached from here"

    world.night()
    world.watch(ear)

    assert [(n.news, n.subjects) for n in ear.heard[1:]] == [(News.OVER, ALL)]


def test_keys_refused_by_two_vendors_are_two_causes(world: World) -> None:
    ear = Ear()
    refused = {
        s: VendorRefusedError(f"{s}: GET /x answered 401: no") for s in ("stripe", "shopify")
    }
    world.night(dict(refused))
    world.watch(ear)

    assert sorted(notice.title for notice in ear.heard) == ["Shopify failed", "Stripe failed"]


def test_a_source_that_joins_the_same_trouble_later_is_told_alone(world: World) -> None:
    ear = Ear()
    world.pull("stripe", unreachable("stripe"))
    world.watch(ear)
    world.pull("shopify", unreachable("shopify"))
    world.watch(ear)

    assert [notice.subjects for notice in ear.heard] == [("stripe",), ("shopify",)]


def test_a_pull_that_missed_a_table_is_told_with_the_table(world: World) -> None:
    ear = Ear()
    busy = VendorBusyError("zendesk: GET /api/v2/users answered 503: Unavailable")
    world.night({"zendesk": IncompleteError("zendesk", {"users": busy})})
    world.watch(ear)

    [notice] = ear.heard
    assert notice.title == "Zendesk arrived only in part"
    assert notice.lines[0].startswith("Missing: users. Its servers were in trouble")


def test_silence_is_told_and_ends_with_the_next_good_run(world: World) -> None:
    ear = Ear()
    world.night()
    world.later(hours=27)
    world.watch(ear)

    [notice] = ear.heard
    assert set(notice.subjects) == {*ALL, "night"}
    assert notice.title == "5 syncs have gone quiet"

    world.night()
    world.watch(ear)
    assert [n.news for n in ear.heard] == [News.TROUBLE, News.OVER]


def test_a_failure_explains_the_silence_that_follows_it(world: World) -> None:
    ear = Ear()
    world.night()
    world.pull("stripe", REFUSED)
    world.watch(ear)
    world.later(hours=20)
    world.night({"stripe": REFUSED})
    world.later(hours=10)
    report = world.watch(ear)

    assert [s.subject for s in report.stale] == ["stripe"]
    assert len(ear.heard) == 1
    assert "The last good one ended" in report.alerts[0].finding.detail


def test_a_reconcile_that_failed_is_told_though_no_schedule_names_it(world: World) -> None:
    ear = Ear()
    world.night()
    with (
        pytest.raises(ContractError),
        world.ledger.run("reconcile", None, world.clock),
    ):
        raise ContractError("two rows for one customer")
    world.watch(ear)

    assert [n.title for n in ear.heard] == ["The customer table failed"]


def test_what_a_channel_did_not_take_is_told_by_the_next_watch(world: World) -> None:
    ear, deaf = Ear("ear"), Ear("deaf", deaf=True)
    world.night({"stripe": REFUSED})

    report = world.watch(ear, deaf)
    assert report.undelivered == {"deaf": "deaf: nobody is there"}
    deaf.deaf = False
    world.watch(ear, deaf)

    assert [n.title for n in ear.heard] == [
        "Stripe failed",
        "Deaf cannot be told of alerts",
        "Deaf: over",
    ]
    assert [n.title for n in deaf.heard] == ["Stripe failed"]


def test_the_end_is_told_only_to_those_who_heard_of_the_beginning(world: World) -> None:
    ear, deaf = Ear("ear"), Ear("deaf", deaf=True)
    world.pull("stripe", REFUSED)
    world.watch(ear, deaf)
    deaf.deaf = False
    world.pull("stripe")
    world.watch(ear, deaf)

    assert [n.subjects for n in ear.heard] == [("stripe",), ("deaf",), ("stripe",)]
    assert deaf.heard == []


def test_a_channel_set_up_later_is_told_what_is_still_wrong(world: World) -> None:
    ear = Ear()
    world.pull("stripe", REFUSED)
    assert len(world.watch().alerts) == 1

    world.watch(ear)

    assert len(ear.heard) == 1


def test_two_watches_at_once_tell_once(world: World) -> None:
    ear = Ear()
    world.night({"stripe": REFUSED, "shopify": unreachable("shopify")})

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(world.watch, ear) for _ in range(8)]:
            future.result()

    assert sorted(notice.title for notice in ear.heard) == ["Shopify failed", "Stripe failed"]


def test_a_night_whose_parts_failed_is_told_by_its_parts(world: World) -> None:
    ear = Ear()
    number = world.ledger.begin("night", at=world.clock.now())
    world.pull("stripe", REFUSED, night=number, rows=TableRows())
    with (
        pytest.raises(IncompleteError),
        world.ledger.run("night", None, world.clock),
    ):
        raise IncompleteError("night", {"stripe": REFUSED})
    world.watch(ear)

    assert [notice.subjects for notice in ear.heard] == [("stripe",)]


def test_no_personal_data_reaches_a_channel(world: World) -> None:
    ear = Ear()
    world.pull("stripe", VendorRefusedError("stripe: no customer ada@example.org"))
    world.watch(ear)

    assert "ada@example.org" not in str(ear.heard)


def test_a_source_that_is_short_by_its_own_count_is_a_warning_until_it_is_not(
    world: World,
) -> None:
    ear, window = Ear(), Window(None, TWO)
    world.night()
    world.pull("shopify", counts=[Counted("orders", window, 1_204, 1_203, TWO)])
    for _ in range(2):
        world.watch(ear)
        world.later(minutes=15)
    world.pull("shopify", counts=[Counted("orders", window, 1_204, 1_204, TWO)])
    world.watch(ear)

    [short, over] = ear.heard
    assert (short.title, short.severity) == ("Shopify is not complete", Severity.WARNING)
    assert short.lines == (
        "Shopify says 1,204 orders exist, 1,203 are here. Asked and read again, still one short.",
    )
    assert "daybreak pull shopify --full" in short.next_step
    assert over.news is News.OVER


def test_a_source_that_failed_is_told_as_failed_and_not_as_short(world: World) -> None:
    window = Window(None, TWO)
    world.pull("stripe", REFUSED, counts=[Counted("charges", window, 9, 8, TWO)])
    report = world.watch(Ear())
    assert [alert.finding.kind for alert in report.alerts] == ["failed"]


def test_what_could_not_be_counted_is_no_alarm(world: World) -> None:
    world.night()
    world.pull("shopify", counts=[Counted("orders", Window(), None, 0, TWO, note="busy")])
    assert world.watch(Ear()).alerts == ()
