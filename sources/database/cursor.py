"""Where the last pull of a table ended: kept as JSON, handed back as the database has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

Value = datetime | date | int | float | str


@dataclass(frozen=True, slots=True)
class Cursor:
    """How the values of one cursor column are kept, compared and stepped back.

    Attributes:
        zone: Where moments without a zone were noted.
        overlap: How far to step back, in seconds, or in numbers.
    """

    zone: tzinfo
    overlap: int

    def newest(self, values: list[Any], before: Value | None, now: datetime) -> Value | None:
        """Return the highest of ``values`` and ``before`` that does not lie in the future.

        One row of the year 2099 would otherwise be the last that is ever read.
        """
        found = [self._comparable(v) for v in values if v is not None]
        known = [v for v in found if v is not None and not self._is_after(v, now)]
        if before is not None:
            known = [v for v in known if _is_alike(v, before)] + [before]
        return max((v for v in known if _is_alike(v, known[0])), default=None)

    def back(self, value: Value) -> Value:
        """Return where the next pull begins."""
        step = timedelta(seconds=self.overlap)
        if isinstance(value, datetime):
            return value - step
        if isinstance(value, date):
            return value - timedelta(days=max(1, step.days))
        if isinstance(value, str):
            at = _moment(value)
            return value if at is None else _prefix(at - step, value)
        return value - self.overlap

    def bound(self, at: datetime, like: Value) -> Value | None:
        """Return a moment as a column with values like ``like`` has it; None if it has none."""
        local = at.astimezone(self.zone)
        if isinstance(like, datetime):
            return at if like.tzinfo else local.replace(tzinfo=None)
        if isinstance(like, date):
            return local.date()
        read = _moment(like) if isinstance(like, str) else None
        if read is None or not isinstance(like, str):
            return None
        return _prefix(at.astimezone(read.tzinfo) if read.tzinfo else local, like)

    def _comparable(self, value: Any) -> Value | None:  # noqa: ANN401 - anything a database may hold
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value if isinstance(value, (datetime, date, int, float, str)) else None

    def _is_after(self, value: Value, now: datetime) -> bool:
        at = _moment(value) if isinstance(value, str) else value
        if isinstance(at, datetime):
            return (at if at.tzinfo else at.replace(tzinfo=self.zone)) > now
        return isinstance(at, date) and at > now.astimezone(self.zone).date()


def kept(value: Value) -> str | int | float:
    """Return a cursor as JSON can hold it."""
    if isinstance(value, datetime):
        return f"moment {value.isoformat()}"
    if isinstance(value, date):
        return f"day {value.isoformat()}"
    return f"text {value}" if isinstance(value, str) else value


def given(value: str | float) -> Value:
    """Return a cursor as it was before it was kept."""
    if not isinstance(value, str):
        return value
    kind, _, text = value.partition(" ")
    if kind == "moment":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind == "day" else text


def _is_alike(one: Value, other: Value) -> bool:
    """Say whether two values can be compared; a column of SQLite's may hold anything."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return (one.tzinfo is None) == (other.tzinfo is None)
    if isinstance(one, (int, float)):
        return isinstance(other, (int, float))
    return type(one) is type(other)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _prefix(at: datetime, like: str) -> str:
    """Write a moment to the second in the form of ``like``, without a zone.

    As text it comes before every spelling of the same second, so nothing of it is left out.
    """
    separator = "T" if "T" in like else " "
    return at.replace(tzinfo=None).isoformat(separator, "seconds")
