"""What is to be told: when it begins, when it gets worse, when it is over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from core.errors import DaybreakError
from core.ledger.alert import Alert, Finding, Severity
from monitoring.causes import DISK, NETWORK, precedence
from monitoring.links import Links
from monitoring.wording import counted, listed, span, title

OVER = "over"
MANY = 3
SPELT_OUT = 6
_SHARED = {
    NETWORK: "they cannot be reached from here",
    DISK: "the disk is full",
}


class ChannelError(DaybreakError):
    """A channel did not take a notice. The notice stays due."""


class News(StrEnum):
    """What a notice says."""

    TROUBLE = "trouble"
    UPDATE = "update"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to people.

    Attributes:
        tellings: The alerts it stands for, each with what the ledger remembers of the telling.
        subjects: What is wrong: sources, flows, parts of the machine.
        fingerprint: Equal for the same trouble, so that a channel may group.
        incidents: The numbers by which people answer: `daybreak alerts ack NUMBER`.
        since: When it began.
        affects: What cannot be relied on meanwhile.
        links: What to call it -> where it leads.
    """

    news: News
    tellings: tuple[tuple[int, str], ...]
    subjects: tuple[str, ...]
    severity: Severity
    title: str
    lines: tuple[str, ...]
    next_step: str
    fingerprint: str
    at: datetime
    incidents: tuple[int, ...] = ()
    since: datetime | None = None
    affects: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The alerts it stands for."""
        return tuple(number for number, _ in self.tellings)


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


def due(
    alerts: Sequence[Alert], channel: str, now: datetime, links: Links | None = None
) -> list[Notice]:
    """Return what ``channel`` has not been told yet.

    An incident is told when it begins. It is told again only if a person must now do something
    else: its reason changed, it became graver, or at least as many joined as the channel knows
    of; eighteen sources that fail one by one are five messages and not eighteen. That it is over
    is told to those who heard of it, once nothing of it is left.

    Args:
        alerts: The open alerts, and those that closed lately.
        channel: Its name.
        now: The moment of telling.
        links: Where runs and the runbook are read.
    """
    notices, ended = [], []
    ordered = sorted(alerts, key=lambda a: (a.incident, a.id))
    for _, group in groupby(ordered, key=lambda a: a.incident):
        mine = list(group)
        open_now = [a for a in mine if a.closed_at is None]
        if any(a.is_snoozed(now) for a in open_now):
            continue
        fresh = [a for a in open_now if not a.was_told(channel, _event(a))]
        if fresh and _is_worth_telling(fresh, open_now, channel):
            notices.append(_trouble(fresh, open_now, channel, now, links or Links()))
        if not open_now:
            ended += [a for a in mine if a.heard(channel) and not a.was_told(channel, OVER)]
    notices.sort(key=lambda n: (-n.severity.rank, n.incidents))
    return [*notices, _relief(ended, now)] if ended else notices


def _event(alert: Alert) -> str:
    return f"{alert.finding.family}:{alert.finding.reason}"


def _is_worth_telling(fresh: Sequence[Alert], every: Sequence[Alert], channel: str) -> bool:
    known = [a for a in every if a.heard(channel)]
    if not known:
        return True
    if any(a.acknowledged_by for a in every):
        return _worst(fresh).rank > _worst(known).rank
    joined = [a for a in fresh if not a.heard(channel)]
    changed = len(joined) < len(fresh)
    graver = _worst(fresh).rank > _worst(known).rank
    return changed or graver or len(joined) >= len(known)


def _worst(alerts: Iterable[Alert]) -> Severity:
    return max((a.finding.severity for a in alerts), key=lambda s: s.rank)


def _trouble(
    fresh: Sequence[Alert], every: Sequence[Alert], channel: str, now: datetime, links: Links
) -> Notice:
    told = [a for a in fresh if a.heard(channel)]
    news = News.UPDATE if any(a.heard(channel) for a in every) else News.TROUBLE
    shown = sorted(fresh, key=lambda a: (precedence(a.finding), a.id))
    lead = shown[0].finding
    steps = dict.fromkeys(a.finding.next_step for a in shown if a.finding.next_step)
    return Notice(
        news=news,
        tellings=tuple((a.id, _event(a)) for a in fresh),
        subjects=tuple(dict.fromkeys(a.finding.subject for a in fresh)),
        severity=_worst(fresh),
        title=_heading(shown) + (", now for another reason" if told else ""),
        lines=_lines(shown),
        next_step=" ".join(steps) if len(steps) <= MANY else lead.next_step,
        fingerprint=f"{lead.family}:{lead.reason}:{lead.cause}",
        at=now,
        incidents=(shown[0].incident,),
        since=min(a.began_at for a in fresh),
        affects=tuple(dict.fromkeys(what for a in shown for what in a.finding.affects)),
        links=links.of(lead),
    )


def _heading(alerts: Sequence[Alert]) -> str:
    """Name the trouble: by what leads, or by how many share it."""
    lead = alerts[0].finding
    alike = [a for a in alerts if a.finding.family == lead.family]
    if len(alike) == 1:
        return lead.title
    names = [title(alert.finding.subject) for alert in alike]
    who = listed(names) if len(names) <= MANY else counted(len(names), "sync")
    if all(alert.finding.kind == "stale" for alert in alike):
        return f"{who} have gone quiet"
    if all(alert.finding.kind == "schedule" for alert in alike):
        return f"The schedules of {who} are {lead.reason}"
    if all(alert.finding.kind == "crashed" for alert in alike):
        return f"{who} were stopped in the middle"
    why = _SHARED.get(lead.cause)
    return f"{who} failed for one reason" + (f": {why}" if why else "")


def _lines(alerts: Sequence[Alert]) -> tuple[str, ...]:
    """Say it once if it is the same for all, else a line each, as far as anybody reads."""
    details = dict.fromkeys(alert.finding.detail for alert in alerts)
    if len(details) == 1:
        return tuple(details)
    lines = [f"{title(a.finding.subject)}: {a.finding.detail}" for a in alerts[:SPELT_OUT]]
    rest = len(alerts) - len(lines)
    return (*lines, *([f"and {rest:,} more"] if rest else []))


def _relief(alerts: Sequence[Alert], now: datetime) -> Notice:
    names = list(dict.fromkeys(title(alert.finding.subject) for alert in alerts))
    lines = tuple(
        f"{title(a.finding.subject)}: over after {span((a.closed_at or now) - a.opened_at)} "
        f"({a.finding.title})"
        for a in alerts
    )
    return Notice(
        news=News.OVER,
        tellings=tuple((alert.id, OVER) for alert in alerts),
        subjects=tuple(dict.fromkeys(alert.finding.subject for alert in alerts)),
        severity=_worst(alerts),
        title=f"{listed(names)}: over",
        lines=lines,
        next_step="",
        fingerprint=OVER + ":" + ",".join(sorted(a.finding.fingerprint for a in alerts)),
        at=now,
        incidents=tuple(dict.fromkeys(alert.incident for alert in alerts)),
    )
