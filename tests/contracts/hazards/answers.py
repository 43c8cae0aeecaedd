"""Bad answers: throttles, dead tokens, and everything that is not the JSON that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

from core.errors import VendorBusyError, VendorRefusedError
from sandbox.vendor import Vendor
from tests.contracts.facts import FROM_DISK
from tests.contracts.hazards import hazard
from tests.contracts.story import Story

FOR_EVER = 0
PAUSE_SECONDS = 7.0
TOO_MANY = 429
BAD_ANSWERS: dict[str, dict[str, Any]] = {
    "5xx": {"do": "status", "status": 500},
    "cut bodies": {"do": "cut"},
    "half a JSON": {"do": "invalid"},
    "an HTML page for JSON": {"do": "html"},
    "empty bodies": {"do": "empty"},
    "hung reads": {"do": "hang", "seconds": 0.02},
    "torn connections": {"do": "reset"},
}


def _no_http(story: Story) -> str:
    return "" if story.facts.asks else FROM_DISK


def _no_expiry(story: Story) -> str:
    expires = type(story.vendor).expire_tokens is not Vendor.expire_tokens
    return _no_http(story) or ("" if expires else "its credentials do not expire")


@hazard("429 with Retry-After", spares=_no_http)
def told_to_wait(story: Story) -> None:
    """No request is sent while the vendor told us to wait."""
    fault = {"do": "status", "status": TOO_MANY, "retry_after": PAUSE_SECONDS, "after": 1}
    story.box.faults.add({**fault, "times": 2})
    assert story.pull().failures == {}
    asked = story.box.journal.read(story.name)
    for one, next_ in pairwise(asked):
        if one.status == TOO_MANY:
            waited = datetime.fromisoformat(next_.at) - datetime.fromisoformat(one.at)
            assert waited.total_seconds() >= PAUSE_SECONDS


@hazard("429 without Retry-After", spares=_no_http)
def told_nothing(story: Story) -> None:
    """Where the vendor does not say how long, we wait longer each time."""
    story.box.faults.add({"do": "status", "status": TOO_MANY, "after": 1, "times": 3})
    pulled = story.pull()
    assert pulled.failures == {}
    assert pulled.meter.throttled_seconds > 0


@hazard("a token that dies on page two", spares=_no_expiry)
def token_dies(story: Story) -> None:
    """A token that runs out in the middle is renewed; the rotated one serves the next night."""
    for after in (1, 2):
        story.box.faults.add({"do": "expire_tokens", "after": after})
    assert story.pull().failures == {}
    story.box.faults.clear()
    story.later()
    story.vendor.expire_tokens()
    assert story.pull().failures == {}


@hazard("refused credentials", spares=_no_http)
def refused(story: Story) -> None:
    """A 401 is told with the variable to check, and costs nothing that was held."""
    story.pull()
    story.box.faults.add({"do": "status", "status": 401, "times": FOR_EVER})
    failures = story.pull(full=True).failures
    assert failures
    told = [error for error in failures.values() if isinstance(error, VendorRefusedError)]
    assert all(any(name in one.next_step for name in story.box.environment) for one in told)
    assert told
    story.heal()


@hazard("a vendor that stays busy", spares=_no_http)
def stays_busy(story: Story) -> None:
    """It is told as one to ask later, and the next night heals it."""
    story.box.faults.add({"do": "status", "status": 503, "after": 2, "times": FOR_EVER})
    failures = story.pull().failures
    assert failures
    assert all(isinstance(error, VendorBusyError) for error in failures.values())
    story.heal()


def _enter(name: str, fault: dict[str, Any]) -> Callable[[Story], None]:
    @hazard(name, spares=_no_http)
    def bad_answer(story: Story) -> None:
        story.box.faults.add({**fault, "after": 2, "times": FOR_EVER})
        failures = story.pull().failures
        assert failures
        assert all(isinstance(error, VendorBusyError) for error in failures.values())
        story.heal()

    return bad_answer


for _name, _fault in BAD_ANSWERS.items():
    _enter(_name, _fault)
