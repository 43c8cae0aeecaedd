"""HubSpot's times: ISO to the millisecond in answers, milliseconds since 1970 in questions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def millis(at: datetime) -> int:
    """Return the milliseconds since 1970."""
    return (at - EPOCH) // MILLISECOND


def zulu(at: datetime) -> str:
    """Write a moment as HubSpot does."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(value: Any) -> datetime:  # noqa: ANN401 - a time of the warehouse's, text, or a number
    """Read a moment in any of the forms it comes in."""
    if isinstance(value, datetime):
        return value
    if str(value).isdecimal():
        return EPOCH + int(value) * MILLISECOND
    return datetime.fromisoformat(str(value))
