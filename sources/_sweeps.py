"""When the ids of a whole table are read: for records that vanished, or slipped by, unannounced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.pull import Pull

UNCOUNTED_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sweeps:
    """The sweeps of one table.

    Cursors: ``<table>_off_by`` is by how much the vendor's count differed from ours after the last
    sweep, for records that cannot be kept; ``<table>_swept_at`` is when that was.

    Attributes:
        table: The table.
        pull: Remembers, and knows the hour.
    """

    table: str
    pull: Pull

    def is_due(self, count: int | None, expected: int) -> bool:
        """Say whether to sweep.

        Args:
            count: How many live records the vendor says there are; None where it cannot say
                exactly: such a table is swept once a week, from a week after its first pull on.
            expected: How many we hold.
        """
        if count is not None:
            return count - expected != (self.pull.cursor(f"{self.table}_off_by") or 0)
        swept = self.pull.cursor(f"{self.table}_swept_at")
        if swept is None:
            self._note_the_hour()
            return False
        return self.pull.now() - datetime.fromisoformat(swept) >= UNCOUNTED_EVERY

    def done(self, count: int | None, expected: int) -> None:
        """Remember a sweep, and what it could not settle; arguments as for `is_due`."""
        self._note_the_hour()
        if count is not None:
            self.pull.advance(f"{self.table}_off_by", count - expected)

    def _note_the_hour(self) -> None:
        self.pull.advance(f"{self.table}_swept_at", self.pull.now().isoformat(timespec="seconds"))
