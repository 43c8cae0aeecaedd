"""A warehouse in a dict: what a connector's stories need of one, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings

from core.clock import Clock
from core.connector import Connector
from core.errors import VendorError
from core.meter import Meter
from core.pull import For, Gone, Nothing, Page, Pull, Record

Key = tuple[str, ...]
Rows = dict[str, dict[Key, Record]]


@dataclass(frozen=True, slots=True)
class Held(Nothing):
    """Known: the rows as they were before a pull."""

    tables: Rows

    def hashes(self, table: str, keys: Sequence[Key]) -> dict[Key, int]:
        return {key: 0 for key in keys if key in self.tables[table]}

    def rows(self, table: str, keys: Sequence[Key]) -> list[Record]:
        return [self.tables[table][key] for key in keys if key in self.tables[table]]

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[Key]:
        for key, row in self.tables[table].items():
            if bool(row.get("deleted_at")) == deleted:
                yield key

    def newest(self, table: str) -> int:
        return 0

    def count(self, table: str) -> int:
        return sum(1 for _ in self.keys(table))


@dataclass(slots=True)
class Read:
    """What one pull did.

    Attributes:
        meter: What it cost.
        failures: Table -> what stopped its stream.
        sizes: Table -> records yielded.
        gone: Table -> keys told to be gone.
        keyless: Records that lack their key.
    """

    meter: Meter = field(default_factory=Meter)
    failures: dict[str, VendorError] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    gone: dict[str, list[Key]] = field(default_factory=dict)
    keyless: list[Record] = field(default_factory=list)


class Shelf:
    """Rows and cursors of one source, as they are kept between its pulls."""

    def __init__(self, connector: Connector[Any], home: Path) -> None:
        self.connector, self.home = connector, home
        self.tables: Rows = {name: {} for name in connector.tables}
        self.state: dict[str, Any] = {}

    def pull(
        self,
        settings: BaseSettings,
        clock: Clock,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
    ) -> Read:
        read = Read()
        pull = Pull(
            home=self.home,
            clock=clock,
            meter=read.meter,
            known=Held(deepcopy(self.tables)),
            since=since,
            until=until,
            full=full,
            state=self.state,
        )
        for stream in self.connector.build(settings, pull):
            try:
                for page in stream.pages():
                    self._put(read, stream.table, page)
            except VendorError as error:
                read.failures[stream.table] = error
        return read

    def live(self, table: str) -> dict[str, Record]:
        return {key[-1]: r for key, r in self.tables[table].items() if not r.get("deleted_at")}

    def dead(self, table: str) -> dict[str, Record]:
        return {key[-1]: r for key, r in self.tables[table].items() if r.get("deleted_at")}

    def _put(self, read: Read, table: str, page: Page | For) -> None:
        if isinstance(page, For):
            table, page = page.table, page.page
        read.sizes[table] = read.sizes.get(table, 0) + len(page)
        for record in page:
            values = [record.get(part) for part in self.connector.tables[table].key]
            if None in values:
                read.keyless.append(record)
                continue
            key = tuple(str(value) for value in values)
            before = self.tables[table].get(key, {}) if isinstance(record, Gone) else {}
            self.tables[table][key] = {**before, **record}
            if isinstance(record, Gone):
                read.gone.setdefault(table, []).append(key)
