"""One installation as the flows have it: pulled the real way, written down in a real ledger."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from core.clock import SystemClock
from core.errors import DaybreakError
from core.ledger import Counted, Run
from core.settings import DaybreakSettings
from core.simulation import Simulation
from flows.house import House
from flows.work import Span, bring
from sandbox.serve import Sandbox
from tests.installation import Installation


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
        self.house = House(settings, SystemClock(), Simulation.at(box.url))
        self.rows = Installation(home, self.house.warehouse, box)

    def pull(
        self,
        source: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
    ) -> Run:
        """Pull once; return what the ledger remembers, however it ended."""
        with suppress(DaybreakError):
            bring(self.house, source, Span(since, until, full))
        with self.house.ledger._database.read() as session:
            from core.ledger.rows import matching  # noqa: PLC0415 - the one look at windows, too

            return matching(session, limit=1)[0]

    def counts(self, run: Run) -> dict[str, Counted]:
        """Return what was counted, by table."""
        return {one.table: one for one in run.counts if one.how != "reference"}
