"""How well one field is filled: a line a night, so that a slow decline is seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """How many of the live rows of one table hold a value in one field. Never a value itself.

    Attributes:
        source: The system the rows come from.
        table: A table of the 360, or ``raw_<source>.<table>``.
        field: The column.
        rows: Live rows of that source.
        filled: Those of them that hold a value.
    """

    source: str
    table: str
    field: str
    rows: int
    filled: int

    @property
    def empty_share(self) -> float:
        """The share of rows without a value, from 0 to 1; 0 where there are no rows."""
        return 1 - self.filled / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class NightProfile:
    """All that was profiled by the reconcile of one night."""

    at: datetime
    profiles: tuple[Profile, ...]
