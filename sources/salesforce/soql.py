"""Questions in SOQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

STAMP = "SystemModstamp"


def literal(at: datetime) -> str:
    """Write a moment; SOQL takes it without quotes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def between(since: datetime | None, until: datetime | None) -> list[str]:
    """Return the conditions on the last change: ``since`` inclusive, ``until`` not."""
    found = [f"{STAMP} >= {literal(since)}"] if since else []
    return [*found, f"{STAMP} < {literal(until)}"] if until else found


def select(names: Iterable[str], sobject: str, where: Iterable[str] = (), order: str = "") -> str:
    """Return a query."""
    text = " ".join(("SELECT", ", ".join(names), "FROM", sobject))
    conditions = " AND ".join(where)
    text = f"{text} WHERE {conditions}" if conditions else text
    return f"{text} ORDER BY {order}" if order else text


def among(ids: Iterable[str]) -> str:
    """Return the condition that the id is one of these."""
    return f"Id IN ({', '.join(repr(_plain(each)) for each in ids)})"


def _plain(own: str) -> str:
    """Return the letters and digits of an id, so that nothing can end its quotes."""
    return "".join(letter for letter in own if letter.isalnum())
