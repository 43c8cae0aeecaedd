"""Whole nights with natural noise, night after night, and whatever is made to go wrong in them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.errors import DaybreakError, IncompleteError
from core.ledger import Counted, Ledger, Profile, SchemaChange, TableRows
from core.ledger.ending import SUCCEEDED, ending
from core.ledger.models import RunRow
from monitoring.machine import GB, Machine
from monitoring.notices import ChannelError, Notice
from monitoring.routes import Route, Routes
from monitoring.watch import Around
from tests.monitoring.world import ALL, World

VOLUMES = {
    "hubspot": {"contacts": 120, "deals": 30},
    "shopify": {"orders": 400, "customers": 90, "gift_cards": 9},
    "stripe": {"charges": 380, "refunds": 8},
    "zendesk": {"tickets": 150, "ratings": 6},
}
WEEK = (0.85, 1.0, 1.05, 1.0, 1.15, 0.6, 0.45)
FIELDS = {
    ("hubspot", "deals", "status"): {"": 20, "open": 480, "won": 350, "lost": 150},
    ("zendesk", "tickets", "status"): {"open": 310, "solved": 690},
}
ROUTES = Routes(
    routes=(
        Route(channels=("on call",), at_least="critical"),
        Route(channels=("billing",), domains=("billing",)),
        Route(channels=("desk",)),
    ),
    fallback=("on call",),
)
ROOMY = Around(machine=Machine(60 * GB, 100 * GB), routes=ROUTES)


@dataclass
class Listener:
    """A channel that remembers what it heard."""

    name: str
    world: Nights
    heard: list[Notice] = field(default_factory=list)

    def tell(self, notice: Notice) -> None:
        if self.name in self.world.deaf:
            raise ChannelError(f"{self.name}: it answered 404")
        self.heard.append(notice)


@dataclass
class Nights(World):
    """A house whose nights are as nights are, until something happens.

    Attributes:
        struck: When the fault could first be seen; None means when it began to be played.
        without: Sources that nights leave out.
        minutes: How long a night takes.
    """

    seed: int = 7
    struck: datetime | None = None
    without: frozenset[str] = frozenset()
    minutes: int = 12
    reconciles: bool = True
    deaf: set[str] = field(default_factory=set)
    volumes: dict[str, dict[str, int]] = field(
        default_factory=lambda: {source: dict(tables) for source, tables in VOLUMES.items()}
    )
    fields: dict[tuple[str, str, str], dict[str, int]] = field(
        default_factory=lambda: {key: dict(values) for key, values in FIELDS.items()}
    )
    medians: dict[tuple[str, str, str], float] = field(
        default_factory=lambda: {("stripe", "payments", "amount"): 49.0}
    )
    counts: dict[str, list[Counted]] = field(default_factory=dict)
    changes: dict[str, list[SchemaChange]] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    aside: dict[str, TableRows] = field(default_factory=dict)
    ears: list[Listener] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.around = ROOMY
        self.ears = [Listener(name, self) for name in ("on call", "desk", "billing")]

    @property
    def told(self) -> list[tuple[str, Notice]]:
        """Everything anybody heard, with who."""
        return [(ear.name, notice) for ear in self.ears for notice in ear.heard]

    def look(self) -> None:
        """Look once, and write down that somebody did, as the flow does."""
        with self.ledger.run("watch", None, self.clock) as log:
            self.watch(*self.ears)
            log.details = self.around.machine.facts if self.around.machine else {}

    def days(self, number: int) -> None:
        """Let nights fall, each with a look at its end."""
        for _ in range(number):
            self.tonight()
            self.look()

    def night_falls(
        self,
        errors: Mapping[str, Exception] | None = None,
        factor: Mapping[str, float] | None = None,
        figures: Mapping[str, Any] | None = None,
    ) -> None:
        """Let the night fall in which it happens; it can be seen when the night is over."""
        self.tonight(errors, factor, figures)
        self.struck = self.clock.now()

    def tonight(
        self,
        errors: Mapping[str, Exception] | None = None,
        factor: Mapping[str, float] | None = None,
        figures: Mapping[str, Any] | None = None,
    ) -> None:
        """Let the next two o'clock come, and its night pass."""
        two = self.clock.at.replace(hour=2, minute=0, second=0, microsecond=0)
        self.clock.at = two if two >= self.clock.at else two + timedelta(days=1)
        number = self.ledger.begin("night", at=self.clock.now())
        errors = errors or {}
        failed: dict[str, DaybreakError] = {}
        for source in (s for s in ALL if s not in self.without):
            error = errors.get(source)
            self._pull(source, number, error, (factor or {}).get(source, 1.0))
            failed |= {source: DaybreakError(str(error))} if error else {}
        self.later(minutes=self.minutes)
        if self.reconciles:
            self._reconcile(number, errors.get("reconcile"), figures or {})
        self._end(number, failed)

    def _end(self, number: int, failed: dict[str, DaybreakError]) -> None:
        error = IncompleteError("night", failed) if failed else None
        self.ledger.finish(number, ending(error) if error else SUCCEEDED, self.clock.now())

    def _pull(self, source: str, night: int, error: Exception | None, factor: float) -> None:
        with (
            suppress(Exception),
            self.ledger.run("pull", source, self.clock, parent=night) as log,
        ):
            for table, usual in self.volumes[source].items():
                rows = 0 if error else self._noisy(usual * factor, table)
                aside = self.aside.get(source, TableRows()).quarantined if rows > 20 else 0
                log.tables[table] = TableRows(rows * 2, rows // 3, rows - rows // 3, 0, aside)
            log.counts = list(self.counts.get(source, ()))
            log.changes = list(self.changes.get(source, ()))
            log.details = {"skew_seconds": 1, **self.details.get(source, {})}
            log.meter.calls = 10
            self.clock.sleep(10)
            if error:
                raise error

    def _noisy(self, usual: float, table: str) -> int:
        """Return a figure as this weekday brings it, a fifth up or down."""
        day = self.clock.at
        chance = random.Random(f"{self.seed} {day:%Y-%m-%d} {table}")
        rows = usual * WEEK[day.weekday()] * chance.lognormvariate(0, 0.18)
        return max(round(rows), 1 if usual >= 5 else 0)

    def _reconcile(self, night: int, error: Exception | None, figures: Mapping[str, int]) -> None:
        chance = random.Random(f"{self.seed} {self.clock.at:%Y-%m-%d} reconcile")
        with (
            suppress(Exception),
            self.ledger.run("reconcile", None, self.clock, parent=night) as log,
        ):
            if error:
                raise error
            log.details = {
                "total": 9_000,
                "new": chance.randint(30, 90),
                "duplicates": chance.randint(5, 30),
                "merged": chance.randint(0, 12),
                "split": chance.randint(0, 3),
                "gone": chance.randint(0, 4),
                "returned": 0,
                **figures,
            }
            log.profiles = self._held(chance)
            self.clock.sleep(20)

    def _held(self, chance: random.Random) -> list[Profile]:
        words = [
            Profile(
                *key,
                rows=sum(values.values()),
                filled=sum(values.values()) - values.get("", 0),
                values={v: max(1, n + chance.randint(-9, 9)) for v, n in values.items()},
            )
            for key, values in self.fields.items()
        ]
        amounts = [
            Profile(*key, rows=900, filled=900, middle=m * chance.uniform(0.9, 1.1))
            for key, m in self.medians.items()
        ]
        return [*words, *amounts]

    def abandon(self, flow: str, source: str | None = None) -> None:
        """Leave a run behind as a killed process does."""
        self.rewrite(self.ledger.begin(flow, source, at=self.clock.now()), birth="long gone")

    def rewrite(self, number: int, **columns: Any) -> None:
        """Let the ledger remember a run otherwise."""
        with self.ledger._database.write() as session:
            row = session.get_one(RunRow, number)
            for name, value in columns.items():
                setattr(row, name, value)


def settled(folder: Path, nights: int = 30) -> Path:
    """Write the ledger of a house after so many ordinary nights; return its file."""
    path = folder / "ordinary.sqlite"
    world = Nights(Ledger.open(f"sqlite:///{path}"))
    for _ in range(nights):
        world.tonight()
    return path
