"""Which monitors Sentry would alarm on, by the check-ins that a receiver was sent.

As its documents have it: a monitor exists from its first check-in on, with the configuration that
came along; it is missed when none has come by its hour and the margin, and timed out when one that
began has not ended within the longest run.

Docs    https://docs.sentry.io/product/crons/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from croniter import croniter

from tests.monitoring.channels.receiver import Receiver


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check-in.

    Attributes:
        number: What the beginning and the end of a run share.
        monitor: The configuration that came along.
    """

    slug: str
    number: str
    status: str
    at: datetime
    monitor: dict[str, Any]


def checkins(receiver: Receiver) -> list[CheckIn]:
    """Return the check-ins among the envelopes that came, in their order."""
    found = []
    for _, _, body in receiver.received:
        header, kind, item = (orjson.loads(line) for line in body.splitlines()[:3])
        if kind["type"] == "check_in":
            at = datetime.fromisoformat(header["sent_at"])
            slug, number = item["monitor_slug"], item["check_in_id"]
            found.append(CheckIn(slug, number, item["status"], at, item["monitor_config"]))
    return found


def alarms(said: list[CheckIn], now: datetime) -> dict[str, str]:
    """Return monitor -> ``missed``, ``timeout`` or ``error``, of those not well ``now``."""
    slugs = dict.fromkeys(one.slug for one in said)
    judged = {slug: _judge([one for one in said if one.slug == slug], now) for slug in slugs}
    return {slug: alarm for slug, alarm in judged.items() if alarm}


def _judge(mine: list[CheckIn], now: datetime) -> str:
    last = mine[-1]
    monitor = last.monitor
    if last.status == "error":
        return "error"
    if last.status == "in_progress" and now - last.at > _minutes(monitor["max_runtime"]):
        return "timeout"
    due = croniter(monitor["schedule"]["value"], last.at).get_next(datetime)
    return "missed" if now > due + _minutes(monitor["checkin_margin"]) else ""


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
