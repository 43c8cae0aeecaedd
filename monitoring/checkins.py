"""Check-ins: somebody outside knows when each cadence must run, and tells when it does not.

    POST the DSN's envelope endpoint    one ``check_in`` item, its monitor's configuration along

Docs    https://docs.sentry.io/product/crons/
        https://develop.sentry.dev/sdk/telemetry/check-ins/
Quirks  A check-in brings its monitor's configuration along, so that nobody sets monitors up by
        hand. Servers that do not know check-ins take the envelope and drop the item.
"""

from __future__ import annotations

import time
from datetime import timedelta

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.types import MonitorConfig

from core.cadence import Cadence
from core.settings import SentrySettings
from monitoring.channels.post import Sleep
from monitoring.channels.sentry import client

LONGEST_MARGIN = timedelta(hours=1)
LONGEST_RUN = timedelta(hours=6)


class CheckIns:
    """Tells one Sentry project when a cadence begins and how it ends."""

    def __init__(self, settings: SentrySettings, sleep: Sleep = time.sleep) -> None:
        self._client = client(settings, sleep)

    def begin(self, cadence: Cadence) -> str:
        """Say that a run of ``cadence`` begins; return what its end is told by.

        Raises:
            ChannelError: the server cannot be reached or does not take it.
        """
        return self._say(cadence, "in_progress", None, None)

    def end(self, cadence: Cadence, number: str, took: timedelta, *, good: bool) -> None:
        """Say how it ended.

        Raises:
            ChannelError: the server cannot be reached or does not take it.
        """
        self._say(cadence, "ok" if good else "error", number or None, took.total_seconds())

    def _say(self, cadence: Cadence, status: str, number: str | None, seconds: float | None) -> str:
        with sentry_sdk.new_scope() as scope:
            scope.set_client(self._client)
            said = capture_checkin(
                monitor_slug=slug(cadence),
                check_in_id=number,
                status=status,
                duration=seconds,
                monitor_config=monitor(cadence),
            )
        return said or ""


def slug(cadence: Cadence) -> str:
    """Return the name by which the monitor is known: letters, digits and dashes."""
    return f"daybreak-{cadence.name}"


def monitor(cadence: Cadence) -> MonitorConfig:
    """Return when ``cadence`` must check in, and how long it may take. Minutes.

    The margin is a tenth of its promise, an hour at most: a night that waits for a slot is late,
    not missed.
    """
    margin = min(LONGEST_MARGIN, cadence.stale_after / 10)
    longest = min(LONGEST_RUN, cadence.stale_after)
    return {
        "schedule": {"type": "crontab", "value": cadence.cron},
        "timezone": "UTC",
        "checkin_margin": max(1, round(margin.total_seconds() / 60)),
        "max_runtime": max(1, round(longest.total_seconds() / 60)),
        "failure_issue_threshold": 1,
        "recovery_threshold": 1,
    }
