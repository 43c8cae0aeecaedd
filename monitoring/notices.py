"""What is to be told: once when it begins, once when it is over, one notice a cause. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from core.errors import DaybreakError
from core.ledger.alert import Alert, Finding, Severity
from monitoring.wording import counted, listed, span, title

OVER = "over"
MANY = 3


class ChannelError(DaybreakError):
    """A channel did not take a notice. The notice stays due."""


class News(StrEnum):
    """What a notice says."""

    TROUBLE = "trouble"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to people.

    Attributes:
        numbers: The alerts it stands for.
        event: What the ledger remembers the channel was told.
        fingerprint: Equal for the same trouble, so that a channel may group.
    """

    news: News
    numbers: tuple[int, ...]
    event: str
    subjects: tuple[str, ...]
    severity: Severity
    title: str
    lines: tuple[str, ...]
    next_step: str
    fingerprint: str
    at: datetime


class Channel(Protocol):
    """Where notices are told.

    Attributes:
        name: What the ledger remembers it by; never changes.
    """

    name: str

    def tell(self, notice: Notice) -> None:
        """Deliver ``notice``.

        Raises:
            ChannelError: it did not arrive; the message holds no secret.
        """
        ...


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one look changes the alerts: what is new, what goes on, what is over."""

    found: tuple[Finding, ...]
    seen: tuple[tuple[int, Finding], ...]
    over: tuple[int, ...]


def settle(found: Iterable[Finding], alerts: Iterable[Alert]) -> Settlement:
    """Compare what is wrong now with the alerts that are open."""
    now = {finding.fingerprint: finding for finding in found}
    known = {alert.finding.fingerprint: alert.id for alert in alerts}
    return Settlement(
        found=tuple(f for key, f in now.items() if key not in known),
        seen=tuple((number, now[key]) for key, number in known.items() if key in now),
        over=tuple(number for key, number in known.items() if key not in now),
    )


def due(alerts: Sequence[Alert], channel: str, now: datetime) -> list[Notice]:
    """Return what ``channel`` has not been told yet.

    Args:
        alerts: The open alerts, and those that closed lately.
        channel: Its name.
        now: The moment of telling.

    Returns:
        One notice per cause that began, then one for all that is over. An alert is told again
        only if its reason changed, because then so did what a person must do. That something
        is over is told to those who heard of it.
    """
    begun = [a for a in alerts if a.closed_at is None and not a.was_told(channel, _event(a))]
    begun.sort(key=lambda a: (_event(a), a.finding.cause, a.id))
    grouped = groupby(begun, key=lambda a: (_event(a), a.finding.cause))
    notices = [_trouble(tuple(group), event, now) for (event, _), group in grouped]
    over = [a for a in alerts if _is_over(a, channel)]
    return [*notices, _relief(over, now)] if over else notices


def _event(alert: Alert) -> str:
    return f"{alert.finding.family}:{alert.finding.reason}"


def _is_over(alert: Alert, channel: str) -> bool:
    heard = any(name == channel and event != OVER for name, event in alert.told)
    return alert.closed_at is not None and heard and not alert.was_told(channel, OVER)


def _trouble(alerts: tuple[Alert, ...], event: str, now: datetime) -> Notice:
    first = alerts[0].finding
    again = any(alert.told for alert in alerts)
    steps = dict.fromkeys(a.finding.next_step for a in alerts if a.finding.next_step)
    return Notice(
        news=News.TROUBLE,
        numbers=tuple(alert.id for alert in alerts),
        event=event,
        subjects=tuple(alert.finding.subject for alert in alerts),
        severity=max((a.finding.severity for a in alerts), key=list(Severity).index),
        title=_heading(alerts) + (", now for another reason" if again else ""),
        lines=_lines(alerts),
        next_step=" ".join(steps),
        fingerprint=f"{event}:{first.cause}",
        at=now,
    )


def _heading(alerts: tuple[Alert, ...]) -> str:
    """Name the trouble: by its one subject, or by how many share it."""
    if len(alerts) == 1:
        return alerts[0].finding.title
    names = [title(alert.finding.subject) for alert in alerts]
    who = listed(names) if len(names) <= MANY else counted(len(names), "sync")
    quiet = all(alert.finding.kind == "stale" for alert in alerts)
    return f"{who} have gone quiet" if quiet else f"{who} failed for one reason"


def _lines(alerts: tuple[Alert, ...]) -> tuple[str, ...]:
    """Say it once if it is the same for all, else a line each."""
    details = dict.fromkeys(alert.finding.detail for alert in alerts)
    if len(details) == 1:
        return tuple(details)
    return tuple(f"{title(a.finding.subject)}: {a.finding.detail}" for a in alerts)


def _relief(alerts: Sequence[Alert], now: datetime) -> Notice:
    names = [title(alert.finding.subject) for alert in alerts]
    lines = tuple(
        f"{title(a.finding.subject)}: over after {span((a.closed_at or now) - a.opened_at)} "
        f"({a.finding.title})"
        for a in alerts
    )
    return Notice(
        news=News.OVER,
        numbers=tuple(alert.id for alert in alerts),
        event=OVER,
        subjects=tuple(alert.finding.subject for alert in alerts),
        severity=Severity.WARNING,
        title=f"{listed(names)}: over",
        lines=lines,
        next_step="",
        fingerprint=OVER + ":" + ",".join(sorted(a.finding.fingerprint for a in alerts)),
        at=now,
    )
