"""What needs a person is told by who that is; what heals by itself is nobody's task."""

from __future__ import annotations

from dataclasses import replace

from core.ledger import RunState
from monitoring.brief.compose import compose
from monitoring.brief.today import today
from monitoring.night import Night
from tests.monitoring.brief.nights import BUSY, IN_PART, ORDINARY, REFUSED, TERRIBLE, alert, good


def lines(night: Night, heading: str) -> tuple[str, ...]:
    page = compose(night)
    return next((s.lines for s in (*page.first, *page.rest) if s.heading == heading), ())


def test_a_refused_key_is_for_whoever_looks_after_that_system() -> None:
    assert "**Billing:** Check STRIPE_API_KEY: stripe does not accept it." in today(TERRIBLE, {})


def test_owners_are_called_as_the_house_calls_them() -> None:
    assert "**Finance:** Check STRIPE_API_KEY" in "\n".join(today(TERRIBLE, {"billing": "Finance"}))


def test_a_busy_vendor_is_nobodys_task() -> None:
    night = replace(ORDINARY, sources=(good("shopify"), IN_PART))

    assert today(night, {}) == []
    assert "Nothing to do yet" in "\n".join(lines(night, "What went wrong"))


def test_one_thing_to_do_for_two_systems_is_told_once() -> None:
    off = [replace(REFUSED, source=name, state=None) for name in ("files", "stripe")]

    assert today(replace(ORDINARY, sources=tuple(off)), {}) == [
        "**Operations:** Files and Stripe: Run `daybreak doctor`."
    ]


def test_records_that_could_not_be_used_are_for_the_data_people() -> None:
    said = today(TERRIBLE, {})

    assert "**Data:** See why records were set aside: `raw_salesforce.quarantine`." in said
    assert "**Data:** Salesforce: See what `rating` of leads holds now." in said


def test_an_alert_that_the_night_does_not_explain_is_told_and_has_its_task() -> None:
    late = replace(ORDINARY, open=(alert("failed", "shopify"), alert("stale", "hubspot")))

    assert lines(late, "What went wrong") == ("**Shopify is failed.** The disk is nearly full.",)
    assert today(late, {}) == ["**Shop:** Shopify: Make room."]


def test_an_alert_of_what_failed_tonight_says_since_when_and_is_not_told_twice() -> None:
    night = replace(ORDINARY, sources=(REFUSED,), open=(alert("failed", "stripe"),))

    [line] = lines(night, "What went wrong")

    assert line.endswith("*Wrong since:* 5 January 16:00 UTC.")


def test_what_healed_itself_is_told_as_that() -> None:
    again = replace(good("hubspot"), attempts=2)
    night = replace(BUSY, sources=(again, good("shopify")))

    assert lines(night, "Healed by itself") == (
        "HubSpot failed at first and went well when asked again.",
        "Shopify is failed: over after 3 hours.",
    )


def test_what_fails_again_tonight_has_not_healed() -> None:
    broken = replace(good("shopify"), state=RunState.FAILED, tables={})

    assert lines(replace(BUSY, sources=(broken,)), "Healed by itself") == ()


def test_what_falls_due_is_told_and_what_nobody_knows_is_not() -> None:
    assert lines(BUSY, "Coming up") == (
        "In the next seven days 14 subscriptions renew, 1 subscription ends and "
        "5 open deals are due to close.",
    )
    assert lines(ORDINARY, "Coming up") == ()


def test_duplicates_are_held_against_an_ordinary_night_without_the_very_first() -> None:
    assert "(an ordinary night finds 12)" in lines(BUSY, "Customers")[1]
