"""A warehouse in memory that holds rows as the real one would: flattened, typed, deduplicated.

A connector's stories told here need no database and no dlt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic_settings import BaseSettings

from core.clock import Clock
from core.connector import Connector
from core.edition import edition_of
from core.errors import DaybreakError, VendorError
from core.meter import Meter
from core.pipeline import _column_names, raw_tables
from core.pull import For, Page, Pull, Record, Stream
from core.quarantine import LEFT, QUARANTINE, set_aside
from core.records import OURS, Shaper, TableLog
from core.second_try import SecondTry, try_again
from core.window import Window
from sandbox.clock import Clock as SandboxClock
from tests.patience import Patience

Key = tuple[str, ...]


class KilledError(BaseException):
    """The process is gone: nothing can catch it and go on."""


@dataclass(slots=True)
class ShapedShelf:
    """What was pulled, as the warehouse would hold it; plays ``Known`` for the next pull.

    ``die_after``: the next pull dies after so many pages, and what it read is lost with it.
    """

    home: Path
    tables: dict[str, dict[Key, Record]] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, DaybreakError] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)
    changed: int = 0
    die_after: int | None = None
    _version: int = 0

    def hashes(self, table: str, keys: Sequence[Key]) -> dict[Key, int]:
        """As ``Known``."""
        held = self._by_text(table)
        return {key: held[key]["_hash"] for key in keys if key in held}

    def rows(self, table: str, keys: Sequence[Key]) -> list[Record]:
        """As ``Known``."""
        held = self._by_text(table)
        return [dict(held[key]) for key in dict.fromkeys(keys) if key in held]

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[Key]:
        """As ``Known``."""
        held = self._by_text(table)
        return (key for key, row in held.items() if (row["deleted_at"] is not None) == deleted)

    def having(self, table: str, column: str, texts: Sequence[str], most: int) -> list[Record]:
        """As ``Known``."""
        rows = [row for row in self.tables.get(table, {}).values() if row.get(column) in texts]
        said = Counter(row[column] for row in rows)
        return [dict(row) for row in rows if said[row[column]] <= most]

    def newest(self, table: str) -> int:
        return 0

    def count(self, table: str) -> int:
        """As ``Known``."""
        return sum(1 for _ in self.keys(table))

    def within(self, table: str, column: str, window: Window) -> int:
        """As ``Known``."""
        return len(self._moments(table, column, window))

    def quantile(self, table: str, column: str, window: Window, share: float) -> datetime | None:
        """As ``Known``."""
        found = self._moments(table, column, window)
        return found[max(0, ceil(len(found) * share) - 1)] if found else None

    def dangling(
        self, table: str, column: str, to: str, where: tuple[str, str] | None, most: int
    ) -> list[str]:
        """As ``Known``."""
        named = {
            str(row[column])
            for row in self.tables.get(table, {}).values()
            if row["deleted_at"] is None
            and row.get(column)
            and (where is None or row.get(where[0]) == where[1])
        }
        return sorted(named - {key[0] for key in self._by_text(to)})[:most]

    def _moments(self, table: str, column: str, window: Window) -> list[datetime]:
        """Return the moments of ``window`` in ``column``, in order."""
        found = sorted(
            at if isinstance(at, datetime) else datetime.fromisoformat(at)
            for row in self.tables.get(table, {}).values()
            if row["deleted_at"] is None and (at := row.get(column)) is not None
        )
        return [
            at
            for at in found
            if (window.since is None or at >= window.since)
            and (window.until is None or at < window.until)
        ]

    def _by_text(self, table: str) -> dict[Key, Record]:
        """Return the rows by their keys as ``Known`` spells them."""
        held = self.tables.get(table, {})
        return {tuple(map(str, key)): row for key, row in held.items()}

    def live(self, table: str) -> dict[str, Record]:
        """Rows that are not deleted, by the first part of their key."""
        held = self.tables.get(table, {})
        return {key[0]: row for key, row in held.items() if row["deleted_at"] is None}

    def gone(self, table: str) -> dict[str, Record]:
        """Rows that are deleted, by the first part of their key."""
        held = self.tables.get(table, {})
        return {key[0]: row for key, row in held.items() if row["deleted_at"] is not None}

    def pull(
        self,
        connector: Connector[Any],
        settings: BaseSettings,
        clock: SandboxClock | Clock,
        *,
        full: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> dict[str, TableLog]:
        """Read every stream, then put what came on the shelf at once, as one load does."""
        pull = Pull(
            home=self.home,
            clock=Patience(clock) if isinstance(clock, SandboxClock) else clock,
            meter=self.meter,
            known=self,
            since=since,
            until=until,
            full=full,
            state=deepcopy(self.state),
        )
        logs = self.read(connector, pull, connector.build(settings, pull), settings)
        self._try_again(connector, settings, pull, logs)
        return logs

    def _try_again(
        self,
        connector: Connector[Any],
        settings: BaseSettings,
        pull: Pull,
        logs: dict[str, TableLog],
    ) -> None:
        """Do with the quarantine as the pipeline does."""
        failures, changed = self.failures, self.changed
        edition = edition_of(connector, settings)
        second = SecondTry(connector, settings, pull, edition, _column_names())

        def load(pages: Iterable[Page | For]) -> None:
            for table, log in self.read(
                connector, pull, [Stream(QUARANTINE, lambda: pages)]
            ).items():
                logs[table].landed(log)

        try_again(second, load)
        for table, healed in second.healed.items():
            logs[table].healed += healed
        self.failures, self.changed = failures, changed

    def read(
        self,
        connector: Connector[Any],
        pull: Pull,
        streams: Iterable[Stream],
        settings: BaseSettings | None = None,
    ) -> dict[str, TableLog]:
        """Read these streams, then put what came on the shelf at once."""
        shapers = {name: self._shaper(name, connector, pull) for name in raw_tables(connector)}
        loaded: list[tuple[str, pa.Table]] = []
        self.failures = {}
        for stream in streams:
            try:
                for page in stream.pages():
                    self._live_on()
                    table, rows = (
                        (page.table, page.page) if isinstance(page, For) else (stream.table, page)
                    )
                    made = shapers[table].shape(rows)
                    if made is not None:
                        loaded.append((table, made))
            except DaybreakError as error:
                self.failures[stream.table] = error
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                failure = VendorError(f"a shape we do not know: {error!r}")
                failure.__cause__ = error
                self.failures[stream.table] = failure
        aside = shapers.pop(QUARANTINE)
        for name, shaper in shapers.items():
            edition = edition_of(connector, settings) if shaper.refused and settings else ""
            made = aside.shape(set_aside(name, shaper.refused, edition))
            loaded += [(QUARANTINE, made)] if made is not None else []
        self._load(connector, loaded)
        self.state = pull.state
        self.changed = sum(rows.num_rows for _, rows in loaded)
        return {name: shaper.log for name, shaper in shapers.items()}

    def _shaper(self, name: str, connector: Connector[Any], pull: Pull) -> Shaper:
        return Shaper(
            name=name,
            table=raw_tables(connector)[name],
            known=self,
            columns={},
            place=self._place,
            pulled_at=pull.clock.now(),
            naming=_column_names(),
            log=TableLog(),
        )

    def _live_on(self) -> None:
        if self.die_after is not None:
            self.die_after -= 1
            if self.die_after < 0:
                raise KilledError

    def _place(self) -> int:
        self._version += 1
        return self._version

    def _load(self, connector: Connector[Any], loaded: list[tuple[str, pa.Table]]) -> None:
        for table, rows in loaded:
            key, held = raw_tables(connector)[table].key, self.tables.setdefault(table, {})
            for row in rows.to_pylist():
                assert set(OURS) <= set(row)
                held[tuple(str(row[part]) for part in key)] = row
            if table == QUARANTINE:
                self.tables[table] = {k: row for k, row in held.items() if not row.get(LEFT)}
