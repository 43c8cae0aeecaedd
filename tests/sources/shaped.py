"""A warehouse in memory that holds rows as the real one would: flattened, typed, deduplicated.

A connector's stories told here need no database and no dlt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic_settings import BaseSettings

from core.clock import Clock
from core.connector import Connector
from core.errors import DaybreakError, VendorError
from core.meter import Meter
from core.pipeline import QUARANTINE, _column_names
from core.pull import For, Pull, Record
from core.records import OURS, Shaper, TableLog
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
        held = self.tables.get(table, {})
        return {key: held[key]["_hash"] for key in keys if key in held}

    def rows(self, table: str, keys: Sequence[Key]) -> list[Record]:
        """As ``Known``."""
        held = self.tables.get(table, {})
        return [dict(held[key]) for key in keys if key in held]

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[Key]:
        """As ``Known``."""
        held = dict(self.tables.get(table, {}))
        return (key for key, row in held.items() if (row["deleted_at"] is not None) == deleted)

    def newest(self, table: str) -> int:
        return 0

    def count(self, table: str) -> int:
        """As ``Known``."""
        return sum(1 for _ in self.keys(table))

    def live(self, table: str) -> dict[str, Record]:
        """Rows that are not deleted, by the first part of their key."""
        return {key[0]: self.tables[table][key] for key in self.keys(table)}

    def gone(self, table: str) -> dict[str, Record]:
        """Rows that are deleted, by the first part of their key."""
        return {key[0]: self.tables[table][key] for key in self.keys(table, deleted=True)}

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
        shapers = {name: self._shaper(name, connector, pull) for name in connector.tables}
        loaded: list[tuple[str, pa.Table]] = []
        self.failures = {}
        for stream in connector.build(settings, pull):
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
