"""Where a story's rows are kept: in memory for every day, in a real warehouse for the proof."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.connector import Connector
from core.errors import DaybreakError, IncompleteError
from core.meter import Meter
from core.pipeline import Extraction, raw_tables
from core.pipeline import Pulled as Piped
from core.pull import Pull, Record, cursors
from core.records import TableLog
from core.warehouse import Warehouse
from destinations.warehouses import open_warehouse
from tests.contracts.story import Pulled
from tests.sources.shaped import KilledError, ShapedShelf


class Memory:
    """Rows in a dict, flattened and typed as a warehouse has them; a pull costs milliseconds."""

    def __init__(self, home: Path) -> None:
        self._shelf = ShapedShelf(home)

    def pull(
        self,
        connector: Connector[Any],
        settings: Any,
        clock: Clock,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
        die_after: int | None = None,
    ) -> Pulled:
        """As `Keeper.pull`."""
        shelf = self._shelf
        shelf.meter, shelf.die_after = Meter(), die_after
        logs: dict[str, TableLog] = {}
        with suppress(KilledError):
            logs = shelf.pull(connector, settings, clock, since=since, until=until, full=full)
        shelf.die_after = None
        return Pulled(shelf.meter, shelf.failures, _changed(logs), cursors(shelf.state))

    def rows(self, table: str) -> list[Record]:
        """As `Keeper.rows`."""
        return list(self._shelf.tables.get(table, {}).values())


@dataclass(slots=True)
class Real:
    """The real pipeline into a real warehouse: seconds a pull."""

    home: Path
    warehouse: Warehouse
    source: str = ""
    _pages: int = field(default=0)

    @classmethod
    def duckdb(cls, home: Path) -> Real:
        """Keep rows in DuckDB files below ``home``."""
        return cls(home, open_warehouse(f"duckdb:///{home / 'warehouse'}"))

    def pull(
        self,
        connector: Connector[Any],
        settings: Any,
        clock: Clock,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
        die_after: int | None = None,
    ) -> Pulled:
        """As `Keeper.pull`."""
        self.source, meter, piped, self._pages = connector.name, Meter(), Piped(), 0
        known = self.warehouse.known(connector.name, raw_tables(connector))
        hand = Pull(self.home, clock, meter, known, since=since, until=until, full=full)

        def observe(_table: str, _rows: int) -> None:
            self._pages += 1
            if die_after is not None and self._pages > die_after:
                raise KilledError

        work = Extraction(connector, settings, hand, self.warehouse, observe, piped)
        failures: dict[str, DaybreakError] = {}
        try:
            work.execute()
        except IncompleteError as error:
            failures = dict(error.causes)
        except DaybreakError as error:
            failures = {"": error}
        except KilledError:
            pass
        return Pulled(meter, failures, _changed(piped.tables), dict(piped.after))

    def rows(self, table: str) -> list[Record]:
        """As `Keeper.rows`."""
        with self.warehouse.session([self.source], read_only=True) as session:
            if not session.columns(f"raw_{self.source}.{table}"):
                return []
            return session.query(f"select * from raw_{self.source}.{table}").to_pylist()


def _changed(logs: dict[str, TableLog]) -> dict[str, int]:
    return {name: log.new + log.changed + log.deleted for name, log in logs.items()}
