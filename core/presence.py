"""Columns that every record of a table had, and that none has any more.

What is remembered from pull to pull is committed with the rows it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ENOUGH = 50
"""Records before which a column is not called always there, or gone."""

ORDINARY_AFTER = timedelta(days=14)
"""A column that has been gone for longer is no news."""


@dataclass(slots=True)
class Presence:
    """What the records of one table have in common.

    Attributes:
        rows: Records seen before this pull, as far as is worth counting.
        absent: Column that every record had -> how many records in a row have come without it.
        gone: Column -> when it was found gone.
    """

    rows: int = 0
    absent: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, datetime] = field(default_factory=dict)
    _read: int = 0
    _common: set[str] = field(default_factory=set)
    _unseen: set[str] = field(default_factory=set)

    @classmethod
    def remembered(cls, kept: Mapping[str, Any] | None) -> Presence:
        """Go on from what the pull before has kept."""
        if not kept:
            return cls()
        gone = {name: datetime.fromisoformat(at) for name, at in kept["gone"].items()}
        return cls(kept["rows"], kept["absent"], gone, _unseen=set(kept["absent"]))

    def see(self, row: Mapping[str, Any]) -> None:
        """Take note of one record, by its columns; of a deleted one often little is sent."""
        if row.get("deleted_at"):
            return
        if not self._read:
            self._common = set(row)
        elif missing := self._common.difference(row):
            self._common -= missing
        if self._unseen:
            self._unseen = self._unseen.difference(row)
        self._read += 1

    def settled(self, at: datetime) -> Presence:
        """Return what is known after this pull, which was made ``at``."""
        if not self._read:
            return self
        rows = min(self.rows + self._read, ENOUGH)
        if not self.rows:
            return Presence(rows, dict.fromkeys(sorted(self._common), 0))
        absent = {name: self._without(name) for name in self.absent if self._is_whole(name)}
        gone = {name: self.gone.get(name, at) for name, n in absent.items() if n >= ENOUGH}
        old = {name for name, since in gone.items() if at - since > ORDINARY_AFTER}
        return Presence(
            rows,
            {name: n for name, n in absent.items() if name not in old},
            {name: since for name, since in gone.items() if name not in old},
        )

    def keep(self) -> dict[str, Any]:
        """Return it as something that JSON can hold."""
        gone = {name: since.isoformat() for name, since in self.gone.items()}
        return {"rows": self.rows, "absent": dict(self.absent), "gone": gone}

    def _without(self, name: str) -> int:
        return min(self.absent[name] + self._read, ENOUGH) if name in self._unseen else 0

    def _is_whole(self, name: str) -> bool:
        """Say whether a column still is all there or all gone; a few records are no measure."""
        if name in self._unseen:
            return self.rows >= ENOUGH
        return name in self._common and not self.absent[name]
