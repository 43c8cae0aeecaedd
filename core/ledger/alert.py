"""An alert: something wrong, from the watch that found it to the one that found it gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the ledger found wrong.

    Attributes:
        kind: ``failed``, ``incomplete``, ``crashed``, ``stale`` or ``short``.
        subject: What is wrong: a source's name, or a flow's where there is no source.
        cause: Why, in a form that is equal for equal causes whatever the subject.
        reason: What sort of cause; when it changes, what a person must do changes too.
        family: Findings of one family about one subject are one alert over time.
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

    @property
    def fingerprint(self) -> str:
        """What stays the same while it is the same trouble."""
        return f"{self.family}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding with its history. ``told`` holds what each channel was told of it."""

    id: int
    finding: Finding
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    told: frozenset[tuple[str, str]] = frozenset()

    def was_told(self, channel: str, event: str) -> bool:
        """Say whether ``channel`` heard ``event`` of this alert."""
        return (channel, event) in self.told
