"""One look: what is wrong, who must be told, what is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.cadence import Cadence
from core.errors import DaybreakError
from core.ledger import Ledger, Run
from core.ledger.alert import Alert
from core.ledger.alert_book import RECENT
from monitoring.findings import find
from monitoring.freshness import Stale, stale
from monitoring.notices import Channel, Notice, due, settle


@dataclass(frozen=True, slots=True)
class Report:
    """What one look found and told.

    Attributes:
        alerts: What is wrong now, oldest first.
        stale: Which promises are broken, whether or not something else explains it.
        told: Each notice that arrived, by the name of its channel.
        undelivered: Channel name -> why it could not be told; the next look tries again.
    """

    alerts: tuple[Alert, ...]
    stale: tuple[Stale, ...]
    told: tuple[tuple[str, Notice], ...]
    undelivered: Mapping[str, str]


def watch(
    ledger: Ledger, cadences: Sequence[Cadence], channels: Sequence[Channel], now: datetime
) -> Report:
    """Look at how the last runs ended, and tell what was not told yet.

    Safe to repeat, and to run twice at once: the ledger remembers who was told what.

    Args:
        ledger: Where the runs are.
        cadences: What should run; leave out sources nobody has set up.
        channels: Whom to tell.
        now: The moment to judge by.
    """
    # This very look is the proof that the watch runs.
    judged = [cadence for cadence in cadences if cadence.verb != "watch"]
    ledger.crashed(now)
    silent = overdue(ledger, judged, now)
    change = settle(find(_last_runs(ledger, judged), silent), ledger.open_alerts())
    ledger.alerts.settle(change.found, change.seen, change.over, now)
    told, undelivered = _tell(ledger, channels, now)
    return Report(tuple(ledger.open_alerts()), tuple(silent), tuple(told), undelivered)


def _last_runs(ledger: Ledger, cadences: Sequence[Cadence]) -> list[Run]:
    """Return how everything last ended; reconcile has no cadence of its own, it is in the night."""
    flows = {(c.source, c.verb) for c in cadences} | {(None, "reconcile")}
    ended = (ledger.last_run(source, verb, ended=True) for source, verb in flows)
    return sorted((run for run in ended if run), key=lambda run: run.id)


def overdue(ledger: Ledger, cadences: Sequence[Cadence], now: datetime) -> list[Stale]:
    """Return which of ``cadences`` are stale, as the ledger remembers them."""
    successes = {c.name: ledger.last_success(c.source, c.verb) for c in cadences}
    return stale(cadences, successes, now, began_at=ledger.began_at() or now)


def _tell(
    ledger: Ledger, channels: Sequence[Channel], now: datetime
) -> tuple[list[tuple[str, Notice]], dict[str, str]]:
    told, undelivered = [], {}
    for channel in channels:
        alerts = [*ledger.open_alerts(), *ledger.alerts.closed_since(now - RECENT)]
        for notice in due(alerts, channel.name, now):
            try:
                if _told(ledger, channel, notice, now):
                    told.append((channel.name, notice))
            except DaybreakError as error:
                undelivered[channel.name] = str(error)
    return told, undelivered


def _told(ledger: Ledger, channel: Channel, notice: Notice, now: datetime) -> bool:
    """Tell one channel one thing, unless another look is doing so."""
    ours = ledger.alerts.claim(notice.numbers, channel.name, notice.event, now)
    if len(ours) < len(notice.numbers):
        ledger.alerts.release(ours, channel.name, notice.event)
        return False
    try:
        channel.tell(notice)
    except BaseException:
        ledger.alerts.release(ours, channel.name, notice.event)
        raise
    ledger.alerts.told(ours, channel.name, notice.event, now)
    return True
