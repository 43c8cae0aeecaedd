"""A night as the brief tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.ledger import Counted, NightProfile, RunState, SchemaChange, TableRows
from core.ledger.alert import Alert
from core.ledger.run import total
from monitoring import completeness
from monitoring.freshness import Stale


@dataclass(frozen=True, slots=True)
class SourceNight:
    """What one source brought in one night.

    Attributes:
        state: How its last attempt ended; None when it was not tried.
        tables: Rows by table, all attempts of the night together.
        domain: Whose business it is; empty where no cadence says.
        ordinary: Rows of an ordinary night: the median of those before; None without any.
        compared: How many nights that median stands on.
        past: The rows of those nights, by the night's number, oldest first.
        attempts: How often it was tried.
        first: Whether this is the first night this source was ever read.
        waited: How long the vendor made us wait.
        counts: How it compared with the vendor's own counts.
    """

    source: str
    state: RunState | None
    tables: Mapping[str, TableRows] = field(default_factory=dict)
    ordinary: int | None = None
    compared: int = 0
    past: Mapping[int, int] = field(default_factory=dict)
    domain: str = ""
    attempts: int = 1
    first: bool = False
    error: str = ""
    next_step: str = ""
    last_success_at: datetime | None = None
    calls: int = 0
    retries: int = 0
    waited: timedelta = timedelta(0)
    changes: tuple[SchemaChange, ...] = ()
    counts: tuple[Counted, ...] = ()

    @property
    def rows(self) -> TableRows:
        """What it brought, all tables together."""
        return total(self.tables.values())

    @property
    def is_complete(self) -> bool:
        """Whether everything was read that it had for us."""
        return self.state is RunState.SUCCEEDED

    @property
    def short(self) -> list[Counted]:
        """What is not here by the vendor's own count, or is here and should not be."""
        return completeness.short(self.counts)


@dataclass(frozen=True, slots=True)
class Customers:
    """What the night did to the customer table.

    Attributes:
        total: Customers there are now.
        new: Customers born tonight.
        duplicates: Records that turned out to belong to a customer we already had.
        merged: Customers that turned out to be one with another.
        split: Customers that turned out to be several.
        gone: Customers without a record left.
        returned: Customers who were gone and are back.
    """

    total: int = 0
    new: int = 0
    duplicates: int = 0
    merged: int = 0
    split: int = 0
    gone: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What breaks one rule and waits for one owner.

    Attributes:
        about: What breaks it, in the plural.
        source: Whose rows, or whose owner.
        owner: The owner's name, else the id their system has; empty if nobody is.
        is_named: Whether that is a name.
        new: How much of ``count`` tonight saw first.
    """

    rule: str
    about: str
    source: str
    owner: str
    is_named: bool
    count: int
    new: int


@dataclass(frozen=True, slots=True)
class Night:
    """One night, whole.

    Attributes:
        customers: None if the customer table was not rebuilt; then ``reconcile_error`` says why.
        silent: What has had no good run for too long, tonight's failures included.
        customers_before: The same figures of the nights before, oldest first.
        coming: What falls due in the days ahead, by name; empty where nobody knows.
        quality: What who is who looked like when it was published; empty where nobody knows.
        profiles: How well fields were filled, night by night, oldest first, this one last.
        waiting: What waits for somebody, the most first.
        open: What is wrong at the hour of the brief, oldest first.
        healed: What was wrong and ended since the night before, oldest first.
    """

    number: int
    began_at: datetime
    ended_at: datetime | None
    state: RunState
    sources: tuple[SourceNight, ...]
    customers: Customers | None
    reconcile_error: str = ""
    reconcile_next_step: str = ""
    error: str = ""
    next_step: str = ""
    silent: tuple[Stale, ...] = ()
    customers_before: tuple[Customers, ...] = ()
    coming: Mapping[str, int] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[NightProfile, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    open: tuple[Alert, ...] = ()
    healed: tuple[Alert, ...] = ()

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None while it goes on."""
        return self.ended_at - self.began_at if self.ended_at else None
