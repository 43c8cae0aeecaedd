"""WooCommerce's times: each is told twice, without a zone each time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from core.pull import Record

SECOND = timedelta(seconds=1)


def zoned(row: Record) -> Record:
    """Say of every ``*_gmt`` time that it is UTC; the site's own time beside it stays text."""
    for name, value in row.items():
        if name.endswith("_gmt") and isinstance(value, str) and value and value[-1] != "Z":
            row[name] = f"{value}Z"
    return row


def stamp(row: Record, column: str) -> datetime | None:
    """Return a ``*_gmt`` time of a row; None if it does not tell."""
    value = row.get(column)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def span(since: datetime | None, until: datetime | None, what: str = "modified_") -> dict[str, str]:
    """Write the filter for ``since`` <= time < ``until``; stamps are whole seconds.

    ``after`` and ``before`` leave their own second out, and read the site's time unless told.
    """
    found = {} if since is None else {f"{what}after": naive(_ceiling(since) - SECOND)}
    found |= {} if until is None else {f"{what}before": naive(_ceiling(until))}
    return {**found, "dates_are_gmt": "true"} if found else {}


def advanced(cursor: str | None, stamps: Iterable[datetime], now: datetime) -> str | None:
    """Return the cursor after a page: never backwards, and never past the vendor's hour.

    An order dated in the future would otherwise hide every change until that day.
    """
    newest = max(stamps, default=None)
    if newest is None:
        return cursor
    newest = min(newest, now)
    if cursor and newest <= datetime.fromisoformat(cursor):
        return cursor
    return newest.isoformat(timespec="seconds")


def naive(moment: datetime) -> str:
    """Write a time as the API takes it: UTC, to the second, without saying so."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _ceiling(moment: datetime) -> datetime:
    whole = moment.replace(microsecond=0)
    return whole + SECOND if whole < moment else whole


def later(since: Any, hold_back: timedelta) -> datetime | None:  # noqa: ANN401 - a cursor
    """Return where to start, given a cursor as text or None."""
    return datetime.fromisoformat(since) - hold_back if since else None
