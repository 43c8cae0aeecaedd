"""Freshdesk's moments: ISO 8601 to the second."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.pull import Record

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(value: Any) -> datetime | None:  # noqa: ANN401 - whatever a field holds
    """Read a moment of a record, of ours or of a cursor; None where there is none."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def zulu(at: datetime) -> str:
    """Write a moment to the second, as filters take it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ended(row: Record, held: Record | None, now: datetime) -> str:
    """Return when a record that is in the bin got there.

    No document tells whether that moves ``updated_at``: where it did not, it is news of today.
    """
    at = moment(row.get("updated_at"))
    is_touched = held is None or moment(held.get("updated_at")) != at
    return zulu(at if at and is_touched else now)
