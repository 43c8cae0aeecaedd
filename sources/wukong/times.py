"""Times as WuKong reads and writes them: whole seconds of its own zone, without saying which."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from core.pull import Page

SECOND = timedelta(seconds=1)
FORM = "%Y-%m-%d %H:%M:%S"
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def local(at: datetime, zone: tzinfo) -> str:
    """Write a moment, rounded up: what changed at or after it did so at that second or later."""
    if at.microsecond:
        at = at.replace(microsecond=0) + SECOND
    return at.astimezone(zone).strftime(FORM)


def moment(value: object, zone: tzinfo) -> datetime | None:
    """Read a time; None for what is not written as one."""
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        return None
    try:
        return datetime.strptime(value, FORM).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def changes(page: Page, zone: tzinfo) -> list[datetime]:
    """Return when the records of ``page`` last changed; one that does not say steers nothing."""
    found = [moment(row.get("updateTime"), zone) for row in page]
    return [at for at in found if at is not None]
