"""Intercom's moments: whole seconds since 1970."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from core.pull import Record


def second(row: Record) -> int | None:
    """Return when ``row`` last changed; None where it does not tell."""
    value = row.get("updated_at")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(at: int | None) -> datetime | None:
    """Return the moment of so many seconds."""
    return None if at is None else datetime.fromtimestamp(at, UTC)


def newest(rows: Iterable[Record]) -> int | None:
    """Return the newest change among ``rows``; None where none tells."""
    return max((at for row in rows if (at := second(row)) is not None), default=None)
