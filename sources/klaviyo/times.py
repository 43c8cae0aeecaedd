"""Klaviyo's times: ISO 8601, of no promised precision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.pull import Record

TICK = timedelta(seconds=1)


def moment(value: object) -> datetime | None:
    """Read a time; None for what is none."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def zulu(at: datetime) -> str:
    """Write a time as filters take it."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def since(field: str, at: datetime | None) -> list[str]:
    """Return the filter for ``at`` or later, where there is greater-than alone."""
    return [] if at is None else [f"greater-than({field},{zulu(at - TICK)})"]


def before(field: str, at: datetime | None) -> list[str]:
    """Return the filter for earlier than ``at``."""
    return [] if at is None else [f"less-than({field},{zulu(at)})"]


def newest(rows: Iterable[Record], field: str) -> datetime | None:
    """Return the latest time of ``field``; None if no row has one."""
    return max((at for row in rows if (at := moment(row.get(field)))), default=None)


class Reach:
    """The latest time a walk has seen, whatever the order it came in."""

    def __init__(self, started: datetime) -> None:
        self._started = started
        self._latest: datetime | None = None

    def note(self, rows: Iterable[Record], field: str) -> None:
        """Look at one page."""
        found = newest(rows, field)
        if found is not None:
            self._latest = max(found, self._latest or found)

    def cursor(self, held: object) -> str | None:
        """Return where the next walk may count from: not before the last, nor in the future."""
        if self._latest is None:
            return None
        at = min(self._latest, self._started)
        return zulu(max(at, moment(held) or at))
