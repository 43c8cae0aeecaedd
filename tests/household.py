"""One installation as the flows have it: pulled the real way, written down in a real ledger."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr

from core.clock import SystemClock
from core.errors import DaybreakError
from core.ledger import Horizon, Ledger, Run
from core.ledger.models import RunRow
from core.ledger.rows import matching
from core.settings import DaybreakSettings
from core.simulation import Simulation
from flows.house import House
from flows.work import Span, bring
from sandbox.serve import Sandbox
from tests.installation import Installation


def nothing() -> None:
    """Do nothing."""


class Interrupted(Ledger):
    """A ledger that lets something happen between a pull and its counting."""

    between: Callable[[], None] = staticmethod(nothing)

    def horizons(self, source: str) -> dict[str, Horizon]:
        self.between()
        return super().horizons(source)


@dataclass(frozen=True)
class Dwelling(House):
    """A house whose ledger can be interrupted."""

    @cached_property
    def ledger(self) -> Interrupted:
        return Interrupted(Ledger.open(self.settings.ledger_url())._database)


class Household:
    """A house beside a sandbox, and what its ledger says.

    Attributes:
        box: The vendors.
        house: What the flows stand in.
        rows: The warehouse held against the vendors' own truth.
    """

    def __init__(self, box: Sandbox, home: Path, warehouse: str = "") -> None:
        url = warehouse or f"duckdb:///{home / 'warehouse'}"
        settings = DaybreakSettings(
            home=home,
            warehouse=SecretStr(url),
            ledger=SecretStr(f"sqlite:///{home / 'ledger.sqlite'}"),
        )
        self.box = box
        self.house = Dwelling(settings, SystemClock(), Simulation.at(box.url))
        self.rows = Installation(home, self.house.warehouse, box)

    def pull(
        self,
        source: str,
        *,
        before_counting: Callable[[], None] = nothing,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
    ) -> Run:
        """Pull once; return what the ledger remembers, however it ended."""
        ledger = self.house.ledger
        ledger.between = before_counting
        with suppress(DaybreakError):
            bring(self.house, source, Span(since, until, full))
        with ledger._database.read() as session:
            return matching(session, RunRow.source == source, limit=1)[0]
