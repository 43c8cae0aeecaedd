"""The vendor's rate limits as a budget: never overspent, never left lying, shared with others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from core.errors import VendorBusyError
from tests.contracts.facts import FROM_DISK
from tests.contracts.gauge import DAY_SECONDS, Gauge
from tests.contracts.hazards import Spared, hazard
from tests.contracts.story import DAY, Pulled, Story

ENOUGH = 0.9
"""The share of the allowed rate at which a pull must go while its limit binds it."""
PEOPLE = 1_500
# Windows of a vendor's do not begin when we do.
ODD_MOMENT = timedelta(seconds=23.4)
TOO_MANY = 429
ONE_FOR_ONE = 1.0


def _no_http(story: Story) -> str:
    return "" if story.facts.asks else FROM_DISK


def _never_binds(story: Story) -> str:
    limits = story.vendor.limits.values()
    if not story.facts.asks:
        return FROM_DISK
    if not limits:
        return "it limits requests at once, and we send one at a time"
    if all(limit.whole >= DAY_SECONDS for limit in limits if limit.told):
        return ""
    return ""


def _silent(story: Story) -> str:
    if not story.facts.asks:
        return FROM_DISK
    told = any(limit.told for limit in story.vendor.limits.values())
    return "" if told else "no answer of it tells what is left"


def _busy_days(story: Story) -> Iterator[tuple[Pulled, Gauge]]:
    """Pull a town of newcomers, and the day after all of them once more, for all have changed."""
    story.later(ODD_MOMENT)
    began = story.now - 3 * DAY
    names = [f"citizen{number}" for number in range(PEOPLE)]
    for number, name in enumerate(names):
        story.happen(story.crowd.joined(name, began + number * timedelta(minutes=1)))
    for _ in range(2):
        gauge = Gauge(story.vendor)
        yield story.pull(), gauge
        story.later()
        for name in names:
            story.happen(story.crowd.edited(name, story.now - timedelta(hours=2)))


@hazard("a budget that is not overspent", spares=_no_http, tight=True)
def not_overspent(story: Story) -> None:
    """A whole pull, bound by its limits, is not told once to slow down."""
    for pulled, gauge in _busy_days(story):
        assert pulled.failures == {}
        assert gauge.refused() == []
    assert [one for one in story.box.journal.read(story.name) if one.status == TOO_MANY] == []


@hazard("a budget that is used", spares=_never_binds, tight=True)
def used(story: Story) -> None:
    """A pull that its limits bind goes at the rate they allow."""
    shares = [gauge.used() for _, gauge in _busy_days(story)]
    bound = [share for share in shares if share]
    if not bound:
        raise Spared("its limits do not bind")
    assert min(bound) >= ENOUGH


@hazard("a budget that others share", spares=_silent, tight=True)
def shared(story: Story) -> None:
    """Another client of the account takes half; what answers tell of that is heeded."""
    for limit in story.vendor.limits.values():
        limit.others = ONE_FOR_ONE if limit.told else 0.0
    for pulled, gauge in _busy_days(story):
        assert all(isinstance(one, VendorBusyError) for one in pulled.failures.values())
        assert gauge.foreseeable() == []
    story.vendor.limits.values()
