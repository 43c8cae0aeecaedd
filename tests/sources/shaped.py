"""A warehouse in memory that holds rows as the real one would: flattened, typed, deduplicated.

A connector's stories told here need no database and no dlt.
"""

from __future__ import annotations

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
from core.errors import DaybreakError, VendorError
from core.meter import Meter
from core.pipeline import QUARANTINE, _column_names
from core.pull import For, Pull, Record, Stream
from core.records import OURS, Shaper, TableLog
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
        return self.read(connector, pull, connector.build(settings, pull))

    def read(
        self, connector: Connector[Any], pull: Pull, streams: Iterable[Stream]
    ) -> dict[str, TableLog]:
        """Read these streams, then put what came on the shelf at once."""
        shapers = {name: self._shaper(name, connector, pull) for name in connector.tables}
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
        self._load(connector, loaded)
        self._set_aside(shapers)
        self.state = pull.state
        self.changed = sum(rows.num_rows for _, rows in loaded)
        return {name: shaper.log for name, shaper in shapers.items()}

    def _shaper(self, name: str, connector: Connector[Any], pull: Pull) -> Shaper:
        return Shaper(
            name=name,
            table=connector.tables[name],
            known=self,
            columns={},
            place=self._place,
            pulled_at=pull.clock.now(),
            naming=_column_names(),
            log=TableLog(),
        )

    def _set_aside(self, shapers: dict[str, Shaper]) -> None:
        aside = self.tables.setdefault(QUARANTINE, {})
        for name, shaper in shapers.items():
            for one in shaper.refused:
                aside[name, one.body] = {"table_name": name, "body": one.body}

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
            key = connector.tables[table].key
            for row in rows.to_pylist():
                assert set(OURS) <= set(row)
                self.tables.setdefault(table, {})[tuple(str(row[part]) for part in key)] = row
