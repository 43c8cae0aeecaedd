"""A source pulled onto a shelf and counted there: all of the real way but the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.completeness import Completeness
from core.connector import Connector
from core.ledger import Counted, Horizon
from core.meter import Meter
from core.pipeline import Extraction
from core.pull import Pull, Stream
from core.rereading import Rereading
from destinations.warehouses import open_warehouse
from sandbox.clock import Clock
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf


def nothing() -> None:
    """Do nothing."""


class OnAShelf(Rereading):
    """Rereading, onto a shelf in place of a warehouse."""

    shelf: ShapedShelf

    def _load(self, pull: Pull, streams: Callable[[Pull], Sequence[Stream]]) -> None:
        logs = self.shelf.read(self.first.connector, pull, streams(pull))
        for table, log in logs.items():
            self.quarantined[table] = self.quarantined.get(table, 0) + log.quarantined
        for error in self.shelf.failures.values():
            raise error


@dataclass
class Recount:
    """One source, what was pulled of it, and how far it was found complete.

    Attributes:
        meter: What the last pull cost, its counting included.
        read: How many of those calls it had made before it was counted.
    """

    connector: Connector[Any]
    settings: Any
    shelf: ShapedShelf
    clock: Clock
    horizons: dict[str, Horizon] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)
    read: int = 0

    def pull(
        self,
        before_counting: Callable[[], None] = nothing,
        *,
        calls: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Counted]:
        """Pull and count. ``calls`` overrules what the pull is said to have cost."""
        self.meter = Meter()
        pull = Pull(
            home=self.shelf.home,
            clock=Patience(self.clock),
            meter=self.meter,
            known=self.shelf,
            since=since,
            until=until,
            state=self.shelf.state,
        )
        began = pull.clock.now()
        self.shelf.read(self.connector, pull, self.connector.build(self.settings, pull))
        self.meter.calls = self.read = self.meter.calls if calls is None else calls
        nowhere = open_warehouse(f"duckdb:///{self.shelf.home / 'nothing'}")
        first = Extraction(self.connector, self.settings, pull, nowhere)
        first.pulled.failures.update(self.shelf.failures)
        before_counting()
        again = OnAShelf(first, lambda: self.shelf)
        again.shelf = self.shelf
        theirs = self.meter.vendor_now(began)
        found = Completeness(again, self.horizons, theirs).check()
        for one in found if not pull.window else ():
            if one.how != "reference":
                self.horizons[one.table] = self.horizons.get(one.table, Horizon()).further(one)
        return found
