"""A ledger in which nights can be made to happen, and channels that remember what they hear."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import schedules
from core.cadence import Cadence
from core.clock import Clock
from core.errors import DaybreakError
from core.ledger import Counted, Ledger, Profile, RunLog, TableRows
from core.ledger.ending import SUCCEEDED
from monitoring.notices import Channel, ChannelError, Notice
from monitoring.watch import Around, Report, watch

TWO = datetime(2026, 1, 6, 2, tzinfo=UTC)
ALL = ("hubspot", "shopify", "stripe", "zendesk")


def _cadences() -> list[Cadence]:
    """Return the cadences of somebody who uses these four sources, however many there are."""
    return [cadence for cadence in schedules.every() if cadence.source in {None, *ALL}]


class At(Clock):
    """A clock that is moved by hand."""

    def __init__(self, at: datetime = TWO) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Ear:
    """A channel that remembers what it heard, and can be deaf for a while."""

    name: str = "ear"
    deaf: bool = False
    heard: list[Notice] = field(default_factory=list)

    def tell(self, notice: Notice) -> None:
        if self.deaf:
            raise ChannelError(f"{self.name}: nobody is there")
        self.heard.append(notice)


@dataclass
class World:
    """Nights, and what the watch makes of them."""

    ledger: Ledger
    clock: At = field(default_factory=At)
    cadences: list[Cadence] = field(default_factory=_cadences)
    around: Around = field(default_factory=Around)

    def pull(
        self,
        source: str,
        error: BaseException | None = None,
        *,
        night: int | None = None,
        rows: TableRows | None = None,
        counts: Sequence[Counted] = (),
    ) -> RunLog:
        """Let one source be pulled, well or not."""
        log: RunLog
        with (
            suppress(DaybreakError),
            self.ledger.run("pull", source, self.clock, parent=night) as log,
        ):
            if rows:
                log.tables["orders"] = rows
            log.counts = list(counts)
            log.meter.calls = 10
            self.clock.sleep(10)
            if error:
                raise error
        return log

    def night(
        self,
        errors: dict[str, BaseException] | None = None,
        rows: dict[str, int] | None = None,
        empty: int = 4,
    ) -> int:
        """Let a whole night happen, a minute long; return its number.

        ``empty`` of a hundred people in HubSpot have no company afterwards.
        """
        number = self.ledger.begin("night", at=self.clock.now())
        for source in ALL:
            new = TableRows(new=(rows or {}).get(source, 10))
            self.pull(source, (errors or {}).get(source), night=number, rows=new)
        with self.ledger.run("reconcile", None, self.clock, parent=number) as log:
            log.details = {
                "total": 100,
                "new": 7,
                "duplicates": 3,
                "merged": 2,
                "split": 1,
                "gone": 0,
                "returned": 0,
                "coming": {"renewals": 2},
            }
            log.profiles = [Profile("hubspot", "source_records", "company", 100, 100 - empty)]
            self.clock.sleep(20)
        self.ledger.finish(number, SUCCEEDED, self.clock.now())
        return number

    def watch(self, *ears: Channel, around: Around | None = None) -> Report:
        """Look once, now."""
        return watch(self.ledger, self.cadences, ears, self.clock.now(), around or self.around)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**span)
