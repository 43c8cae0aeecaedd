"""How well one field is filled: a line a night, so that a slow decline is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """How many of the live rows of one kind hold a value in one field, and how good it is.

    Attributes:
        source: The system the rows come from.
        table: What the rows are: contacts, leads, orders.
        field: The column.
        rows: Live rows of that source and kind.
        filled: Those of them that hold a value.
        valid: Those that hold one that can be right; None where nothing tells.
        listed: Those that hold one of our lists; None where there is no list.
        values: Value -> rows that hold it, of fields of few values; "" is none at all.
        middle: The median, of amounts.
    """

    source: str
    table: str
    field: str
    rows: int
    filled: int
    valid: int | None = None
    listed: int | None = None
    values: Mapping[str, int] | None = None
    middle: float | None = None

    @property
    def empty_share(self) -> float:
        """The share of rows without a value, from 0 to 1; 0 where there are no rows."""
        return 1 - self.filled / self.rows if self.rows else 0.0

    @property
    def invalid_share(self) -> float | None:
        """The share of filled rows whose value cannot be right; None where nothing tells."""
        return self._lacking(self.valid)

    @property
    def unlisted_share(self) -> float | None:
        """The share of filled rows whose value is on no list of ours; None without a list."""
        return self._lacking(self.listed)

    def _lacking(self, good: int | None) -> float | None:
        if good is None:
            return None
        return 1 - good / self.filled if self.filled else 0.0


@dataclass(frozen=True, slots=True)
class NightProfile:
    """All that was profiled by the reconcile of one night."""

    at: datetime
    profiles: tuple[Profile, ...]
