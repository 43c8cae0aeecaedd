"""One source, its vendor in miniature, and what we hold of it: the stage of the hazards."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import sources
from core.clock import Clock as OurClock
from core.connector import Connector
from core.errors import DaybreakError
from core.meter import Meter
from core.pull import Record
from core.quarantine import QUARANTINE
from core.records import OURS
from core.settings import load
from sandbox.happenings import Happening, to_json
from sandbox.serve import Sandbox
from sandbox.vendor import Vendor
from tests.contracts import facts
from tests.contracts.crowd import Crowd
from tests.installation import spelt
from tests.patience import Patience

Key = tuple[str, ...]
DAY = timedelta(days=1)
TOKENS = "tokens"
SWEEPS = timedelta(days=8)
"""After so long even a vendor that tells nothing of deletions has been read whole once."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What a source came out with, against the sandbox's truth: records, named."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    resurrected: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is wrong."""
        return bool(self.lost or self.doubled or self.resurrected)


@dataclass(slots=True)
class Pulled:
    """What one pull did: its cost, what stopped it, and rows changed per table."""

    meter: Meter = field(default_factory=Meter)
    failures: dict[str, DaybreakError] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)


class Keeper(Protocol):
    """Holds the rows of one source between its pulls: in memory, or in a real warehouse."""

    def pull(
        self,
        connector: Connector[Any],
        settings: Any,
        clock: OurClock,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
        die_after: int | None = None,
    ) -> Pulled:
        """Pull once; die after so many pages, as a killed process does, if told to."""
        ...

    def rows(self, table: str) -> list[Record]:
        """Return every row of a table."""
        ...


class Story:
    """What hazards are told with."""

    def __init__(
        self,
        name: str,
        box: Sandbox,
        home: Path,
        keep: Callable[[Path], Keeper],
        *,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.box, self.home, self._keep = name, box, home, keep
        self._settings = facts.of(name).settings if settings is None else settings
        self.connector: Connector[Any] = sources.load(name)
        self.vendor: Vendor = box.vendors[name]
        self.facts = facts.of(name)
        self.crowd = Crowd(self.vendor)
        self.keeper = keep(home)
        self.lives = False
        """Whether the world goes on as time passes, also while we wait; else only when told to."""
        self._fresh = 0

    @property
    def environment(self) -> dict[str, str]:
        """What the connector is told."""
        return {**self.box.environment, **self._settings}

    @property
    def now(self) -> datetime:
        """The sandbox's hour."""
        return self.box.clock.now()

    def later(self, by: timedelta = DAY) -> datetime:
        """Let time pass."""
        self.box.clock.advance(by.total_seconds())
        if self.lives:
            self.box.evolve(until=self.now)
        return self.now

    def happen(self, *facts: Happening) -> None:
        """Let facts come true."""
        self.box.happen(*facts, vendor=self.name)

    def meanwhile(self, after: int, *facts: Happening) -> None:
        """Let facts come true while pages are read: once so many requests were answered."""
        told = [{**to_json(fact), "vendor": self.name} for fact in facts]
        self.box.faults.add({"do": "happen", "after": after, "happenings": told})

    def pull(self, *, ahead: timedelta = timedelta(0), **span: Any) -> Pulled:
        """Pull once. ``ahead``: how far our clock is ahead of the vendor's."""
        settings = load(self.connector.settings, self.environment)
        clock = _Living(self.box, ahead) if self.lives else Patience(self.box.clock, ahead)
        return self.keeper.pull(self.connector, settings, clock, **span)

    def heal(self, by: timedelta = DAY) -> Pulled:
        """Take every fault back, wait for the next night, and pull again."""
        self.box.faults.clear()
        self.later(by)
        return self.pull()

    def calls(self) -> int:
        """Return how many requests the vendor has had."""
        return sum(sum(one.values()) for one in self.box.journal.counts().values())

    def losses(self) -> Losses:
        """Compare what is held with the sandbox's truth, and with what a newcomer would read."""
        self.box.faults.clear()
        newcomer, found = self._newcomer(), self.absent()
        stale = [
            f"{table} {key} is stale"
            for table in self.connector.tables
            for key in self._stale(table, newcomer)
        ]
        return Losses((*found.lost, *stale), found.doubled, found.resurrected)

    def absent(self) -> Losses:
        """Compare which records are held with the sandbox's truth, whatever they say."""
        lost: list[str] = []
        doubled: list[str] = []
        back: list[str] = []
        for table, truth in self.vendor.truth().items():
            if table not in self.connector.tables:
                continue
            truths = {spelt(one): row for one, row in truth.items()}
            parts = min((len(key) for key in truths), default=1)
            ours = [(self._key(table, row)[-parts:], row) for row in self.keeper.rows(table)]
            live = {key for key, row in ours if row["deleted_at"] is None}
            here = {key for key, row in truths.items() if not row["deleted"]}
            aside = [key for key in here - live if self._is_aside(key[-1])]
            lost += [f"{table} {key}" for key in sorted(here - live - {*aside})]
            back += [f"{table} {key}" for key in sorted(live & (truths.keys() - here))]
            made_up = sorted({key for key, _ in ours} - truths.keys())
            twice = [key for key, times in Counter(key for key, _ in ours).items() if times > 1]
            doubled += [f"{table} {key}" for key in (*made_up, *twice)]
        return Losses(tuple(lost), tuple(doubled), tuple(back))

    def row(self, table: str, key: object) -> Record:
        """Return the one row of a table with this last part of its key."""
        (found,) = [r for r in self.keeper.rows(table) if self._key(table, r)[-1] == str(key)]
        return found

    def truth_of(self, name: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
        """Yield (table, id, truth) of the records that stand for a key of the world's."""
        for table, rows in self.vendor.truth().items():
            if table in self.connector.tables:
                for number, row in rows.items():
                    if row["key"] == name:
                        yield table, number, row

    def _newcomer(self) -> Keeper:
        """Read everything into an empty house, at this same hour."""
        self._fresh += 1
        home = self.home / f"newcomer-{self._fresh}"
        home.mkdir(parents=True)
        _lend(self.home / TOKENS, home / TOKENS)
        other = self._keep(home)
        settings = load(self.connector.settings, self.environment)
        read = other.pull(self.connector, settings, Patience(self.box.clock))
        _lend(home / TOKENS, self.home / TOKENS)
        assert read.failures == {}
        return other

    def _is_aside(self, number: str) -> bool:
        """Say whether a record is kept in quarantine, alone or within another."""
        return any(number in row["body"] for row in self.keeper.rows(QUARANTINE))

    def _stale(self, table: str, newcomer: Keeper) -> list[str]:
        """Return keys of live rows that say something else than what a newcomer reads."""
        ours = {self._key(table, row): row for row in self.keeper.rows(table)}
        stale = []
        for row in newcomer.rows(table):
            mine = ours.get(self._key(table, row))
            if mine is None or mine["deleted_at"] is not None:
                continue
            if self._said(mine) != self._said(row):
                stale.append(",".join(self._key(table, row)))
        return stale

    def _said(self, row: Record) -> dict[str, str]:
        """Return what a row says, whatever type its columns took when they were first seen."""
        silent = {*OURS, *self.facts.unstamped}
        return {
            name.removesuffix("__v_text"): str(value).lower()
            for name, value in row.items()
            if value is not None and name not in silent and not name.startswith("_dlt")
        }

    def _key(self, table: str, row: Record) -> Key:
        return tuple(str(row[part]) for part in self.connector.tables[table].key)


def _lend(tokens: Path, to: Path) -> None:
    """A refresh token works once, so whoever reads next must have the newest."""
    if tokens.exists():
        shutil.copytree(tokens, to, dirs_exist_ok=True)


class _Living(Patience):
    """Waits, and what the world does meanwhile comes true."""

    def __init__(self, box: Sandbox, ahead: timedelta) -> None:
        super().__init__(box.clock, ahead)
        self._box = box

    def sleep(self, seconds: float) -> None:
        """Move the sandbox's hour on, and the world with it."""
        super().sleep(seconds)
        self._box.evolve(until=self._box.clock.now())
