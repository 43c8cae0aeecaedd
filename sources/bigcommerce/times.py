"""BigCommerce's times: RFC 2822 in v2, ISO 8601 in v3, both to the second."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from core.pull import Record

SECOND = timedelta(seconds=1)


def moment(value: Any) -> datetime | None:  # noqa: ANN401 - whatever the vendor sends
    """Read a time in either form; None if it is none."""
    if not isinstance(value, str) or not value:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value)
        except ValueError:
            continue
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return None


def dated(row: Record) -> Record:
    """Write every time of a v2 record as v3 does; an empty one was never."""
    for name, value in row.items():
        if name.startswith("date_") and isinstance(value, str):
            found = moment(value)
            row[name] = iso(found) if found else value or None
    return row


def iso(at: datetime) -> str:
    """Write a time as every filter takes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ceiling(at: datetime | None) -> datetime | None:
    """Return the first whole second not before ``at``: stamps are whole seconds."""
    if at is None:
        return None
    whole = at.replace(microsecond=0)
    return whole + SECOND if whole < at else whole


def advanced(cursor: str | None, stamps: Iterable[datetime], now: datetime) -> str | None:
    """Return the cursor after a page: never backwards, and never past the vendor's hour."""
    newest = max(stamps, default=None)
    if newest is None:
        return cursor
    newest = min(newest, now)
    if cursor and newest <= datetime.fromisoformat(cursor):
        return cursor
    return newest.isoformat(timespec="seconds")
