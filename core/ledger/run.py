"""A run of a flow: as it goes on, and as it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.ledger.counted import Counted
from core.ledger.profile import Profile
from core.meter import Meter


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a run did to one table, in rows.

    Attributes:
        read: Records the vendor sent, repeats and unchanged ones included.
        new: Rows whose key was not there before.
        changed: Rows that were there before and differ now.
        deleted: Rows that were live before and are deleted now.
        quarantined: Records set aside because they could not be used.
        healed: Records set aside by runs before, which left quarantine.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    quarantined: int = 0
    healed: int = 0

    @property
    def arrived(self) -> int:
        """Rows that made a difference."""
        return self.new + self.changed + self.deleted

    def __add__(self, other: TableRows) -> TableRows:
        return TableRows(
            self.read + other.read,
            self.new + other.new,
            self.changed + other.changed,
            self.deleted + other.deleted,
            self.quarantined + other.quarantined,
            self.healed + other.healed,
        )


def total(tables: Iterable[TableRows]) -> TableRows:
    """Add up what was done to several tables."""
    return sum(tables, TableRows())


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A column that differs from what was known of it.

    Attributes:
        change: ``new_column``, ``type_conflict``, ``column_gone`` or ``new_table``.
        detail: What is new or in conflict, without any value of a record.
    """

    source: str
    table: str
    column: str
    change: str
    detail: str = ""


@dataclass(slots=True)
class RunLog:
    """What a run wants remembered; written down once, when the run ends.

    Attributes:
        id: The run's number in the ledger.
        secrets: Values that must not appear in a recorded error.
        details: Figures of its own a flow wants kept; anything JSON can hold.
        beat: To be called whenever the run moves; who never calls it is not taken for hung.
    """

    id: int
    meter: Meter = field(default_factory=Meter)
    tables: dict[str, TableRows] = field(default_factory=dict)
    changes: list[SchemaChange] = field(default_factory=list)
    counts: list[Counted] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    cursors_before: dict[str, str] = field(default_factory=dict)
    cursors_after: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    beat: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Run:
    """A run, remembered. Times are aware, in UTC."""

    id: int
    flow: str
    source: str | None
    parent_id: int | None
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    error_kind: str | None
    error: str | None
    next_step: str | None
    calls: int
    retries: int
    throttled_seconds: float
    since: datetime | None
    until: datetime | None
    prefect_run_id: str | None
    cursors_before: Mapping[str, Any]
    cursors_after: Mapping[str, Any]
    details: Mapping[str, Any]
    tables: Mapping[str, TableRows]
    changes: tuple[SchemaChange, ...]
    counts: tuple[Counted, ...] = ()

    @property
    def is_complete(self) -> bool | None:
        """Whether every table that could be counted is whole; None if none could."""
        known = [one.is_complete for one in self.counts if one.is_complete is not None]
        return all(known) if known else None

    @property
    def subject(self) -> str:
        """What a person calls it: the source's name, or else the flow's."""
        return self.source or self.flow

    @property
    def rows(self) -> TableRows:
        """What the run did, all tables together."""
        return total(self.tables.values())

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None while it goes on."""
        return self.ended_at - self.started_at if self.ended_at else None


@dataclass(frozen=True, slots=True)
class NightRecord:
    """One night: the run of the night itself and the runs it started."""

    run: Run
    parts: tuple[Run, ...]
