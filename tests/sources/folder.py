"""A folder as an old system leaves it, and files in it whose age is told."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.connector import Connector
from core.records import TableLog
from sandbox.clock import Clock
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)


@dataclass(slots=True)
class Pulls:
    """One source whose exports are in a folder, pulled onto a shelf night after night.

    Attributes:
        connector: The source.
        root: Of the story; the exports are in ``exports`` below it.
        log: What the last pull did, by table.
    """

    connector: Connector[Any]
    root: Path
    clock: Clock = field(default_factory=lambda: Clock(NIGHT, frozen=True))
    log: dict[str, TableLog] = field(default_factory=dict)
    shelf: ShapedShelf = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = ShapedShelf(self.root)
        self.folder.mkdir(exist_ok=True)

    @property
    def folder(self) -> Path:
        return self.root / "exports"

    def write(self, name: str, content: str | bytes, *, ago: float = 3600) -> Path:
        """Write a file that was last touched so many seconds before this night's pull."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.touch(path, ago=ago)
        return path

    def touch(self, path: Path, *, ago: float = 3600) -> None:
        at = (self.clock.now() - timedelta(seconds=ago)).timestamp()
        os.utime(path, (at, at))

    def pull(self, settings: dict[str, Any], **how: Any) -> dict[str, TableLog]:
        """Pull once; a night goes by before the next."""
        made = self.connector.settings(_env_file=None, **settings)
        self.log = self.shelf.pull(self.connector, made, self.clock, **how)
        self.clock.advance(86_400)
        return self.log

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """Return the live rows of a table by their id."""
        return {k[1]: row for k, row in self._all(table) if row["deleted_at"] is None}

    def gone(self, table: str) -> dict[str, dict[str, Any]]:
        """Return the deleted rows of a table by their id."""
        return {k[1]: row for k, row in self._all(table) if row["deleted_at"] is not None}

    def _all(self, table: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
        return list(self.shelf.tables.get(table, {}).items())
