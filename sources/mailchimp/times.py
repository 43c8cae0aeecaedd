"""Mailchimp's times: ISO 8601 to the second, with +00:00."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.pull import Record

SECOND = timedelta(seconds=1)


def moment(value: object) -> datetime | None:
    """Read a time; None for what is none: Mailchimp writes "" where it has no time."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def stamp(at: datetime) -> str:
    """Write a time as filters take it."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def including(at: datetime | None) -> str | None:
    """Write a start that a filter shall include: Mailchimp leaves the second it is given out."""
    return None if at is None else stamp(at - SECOND)


def newest(rows: Iterable[Record], field: str) -> datetime | None:
    """Return the latest time of ``field``; None if no row has one."""
    return max((at for row in rows if (at := moment(row.get(field)))), default=None)
