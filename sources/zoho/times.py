"""Times as Zoho reads and writes them: whole seconds, with an offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.pull import Page

SECOND = timedelta(seconds=1)


def whole_second(at: datetime) -> str:
    """Write a moment, rounded up: what changed at or after it did so at that second or later."""
    at = at.astimezone(UTC)
    if at.microsecond:
        at = at.replace(microsecond=0) + SECOND
    return at.isoformat()


def changes(page: Page) -> list[datetime]:
    """Return when the records of ``page`` last changed.

    One that does not say so in a form we know is left out: it is kept, but steers nothing.
    """
    found = [_moment(row.get("Modified_Time")) for row in page]
    return [at for at in found if at is not None]


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
