"""The vendor's rate limits as a budget: never overspent, never left lying, shared with others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from core.errors import VendorBusyError
from tests.contracts import facts
from tests.contracts.gauge import DAY_SECONDS, Gauge
from tests.contracts.hazards import Spared, hazard
from tests.contracts.story import DAY, Pulled, Story

ENOUGH = 0.9
"""The share of the allowed rate at which a pull must go while its limits bind it."""
# Windows of a vendor's do not begin when we do.
ODD_MOMENT = timedelta(seconds=23.4)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TOO_MANY, ONE_FOR_ONE, PLENTY = 429, 1.0, 1_000.0


def _no_http(story: Story) -> str:
    return "" if story.facts.asks else facts.FROM_DISK


def _is_by_the_day(story: Story) -> bool:
    """Say whether what can run out only comes back by tomorrow: nobody waits for that."""
    spans = [limit.whole for limit in story.vendor.limits.values() if limit.told]
    return bool(spans) and min(spans) >= DAY_SECONDS


def _unbound(story: Story) -> str:
    if story.facts.asks and not story.vendor.limits:
        return story.facts.unmetered
    return _no_http(story) or ("it limits the day alone" if _is_by_the_day(story) else "")


def _silent(story: Story) -> str:
    told = any(limit.told for limit in story.vendor.limits.values())
    return _no_http(story) or ("" if told else "no answer of its tells what is left")


def _busy_days(story: Story) -> Iterator[tuple[Pulled, Gauge]]:
    """Pull a town of newcomers, and the day after once more: all of them have changed."""
    story.later(ODD_MOMENT)
    began, tight = story.now - 3 * DAY, story.facts.tight or facts.Tight()
    names = [f"citizen{number}" for number in range(tight.people)]
    for number, name in enumerate(names):
        story.happen(story.crowd.joined(name, began + number * timedelta(seconds=30)))
    for _ in range(2):
        gauge = Gauge(story.vendor)
        yield story.pull(), gauge
        story.later()
        for name in names:
            story.happen(story.crowd.edited(name, story.now - 2 * HOUR))


def _in_plenty(story: Story) -> None:
    """End the scarcity, so that what is held can be compared; what was put off arrives."""
    for limit in story.vendor.limits.values():
        limit.scale, limit.others, limit.heard = PLENTY, 0.0, None
    story.heal()


@hazard("a budget that is not overspent", spares=_no_http, tight=True)
def not_overspent(story: Story) -> None:
    """A pull bound by its limits is not told once to slow down; a day's that runs out ends it."""
    for pulled, gauge in _busy_days(story):
        assert gauge.refused() == []
        assert all(isinstance(error, VendorBusyError) for error in pulled.failures.values())
        assert _is_by_the_day(story) or pulled.failures == {}
    throttled = [one for one in story.box.journal.read(story.name) if one.status == TOO_MANY]
    assert throttled == []
    _in_plenty(story)


@hazard("a budget that is used", spares=_unbound, tight=True)
def used(story: Story) -> None:
    """A pull that its limits bind goes at nine tenths of the rate they allow, or faster."""
    shares = [gauge.used() for _, gauge in _busy_days(story)]
    bound = [share for share in shares if share]
    _in_plenty(story)
    if not bound and story.facts.tight is None:
        raise Spared("its limits do not bind in a town so small")
    assert bound
    assert min(bound) >= ENOUGH, shares


@hazard("a budget that others share", spares=_silent, tight=True)
def shared(story: Story) -> None:
    """Another client of the account takes as much as we do; what answers tell of it is heeded.

    Only what could not be foreseen is refused: less was left than the answer before had told.
    """
    for limit in story.vendor.limits.values():
        limit.others = ONE_FOR_ONE if limit.told else 0.0
    for pulled, gauge in _busy_days(story):
        assert gauge.asked
        assert gauge.foreseeable() == []
        assert all(isinstance(error, VendorBusyError) for error in pulled.failures.values())
        assert _is_by_the_day(story) or pulled.failures == {}
    _in_plenty(story)
