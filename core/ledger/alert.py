"""An alert: something wrong, from the watch that found it to the one that found it gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is, by who is hurt; in rising order.

    A warning: figures are right, or nearly, and somebody should look some day. An error: one
    system's figures are missing or wrong. Critical: everybody's are, or nobody watches.
    """

    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return a number that is larger the worse it is."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the ledger found wrong.

    Attributes:
        kind: ``failed``, ``incomplete``, ``crashed``, ``stale``, ``short`` and their like;
            ``docs/watch.md`` has them all.
        subject: What is wrong: a source's name, or a flow's where there is no source.
        cause: Why, in a form that is equal for equal causes whatever the subject.
        reason: What sort of cause; when it changes, what a person must do changes too.
        family: Findings of one family about one subject are one alert over time.
        affects: What cannot be relied on meanwhile, in the words of those who use it.
        since: When it began, where that is known better than by when it was found.
        runbook: The heading of ``docs/runbook.md`` that says more.
        run: Prefect's id of the run it was seen in.
    """

    kind: str
    subject: str
    cause: str
    reason: str
    severity: Severity
    title: str
    detail: str
    next_step: str
    family: str = "quiet"
    affects: tuple[str, ...] = ()
    since: datetime | None = None
    runbook: str = ""
    run: str = ""

    @property
    def fingerprint(self) -> str:
        """What stays the same while it is the same trouble."""
        return f"{self.family}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding with its history.

    Attributes:
        told: What each channel was told of it: (channel, event).
        incident: The number that alerts of one cause share; that of the first of them.
        acknowledged_by: Who said that they are at it; empty while nobody did.
        snoozed_until: Nothing is told of it before.
    """

    id: int
    finding: Finding
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    told: frozenset[tuple[str, str]] = frozenset()
    incident: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    snoozed_until: datetime | None = None

    @property
    def began_at(self) -> datetime:
        """When it began, as far as anybody knows."""
        return min(self.finding.since or self.opened_at, self.opened_at)

    def was_told(self, channel: str, event: str) -> bool:
        """Say whether ``channel`` heard ``event`` of this alert."""
        return (channel, event) in self.told

    def heard(self, channel: str) -> bool:
        """Say whether ``channel`` heard anything of it."""
        return any(name == channel for name, _ in self.told)

    def is_snoozed(self, now: datetime) -> bool:
        """Say whether somebody wants to hear nothing of it for now."""
        return self.snoozed_until is not None and now < self.snoozed_until
