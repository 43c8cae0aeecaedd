"""What Intercom's search understands, and what it makes of a moment."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import millis

FIELDS = {"created_at": "created_at", "updated_at": "updated_at"}
Condition = tuple[str, list[Any]]


class BadQueryError(Exception):
    """A query that Intercom refuses."""


def condition(query: Any, zone: ZoneInfo | None) -> Condition:  # noqa: ANN401 - whatever was sent
    """Give SQL for a query. ``zone``: moments mean whole days there; None: they mean seconds."""
    if not isinstance(query, dict):
        raise BadQueryError("query is missing")
    if "field" not in query:
        return _group(query, zone)
    field, operator, value = query["field"], query.get("operator"), query.get("value")
    if field in FIELDS:
        return _moment(FIELDS[field], operator, value, zone)
    if field == "id" and operator == "=":
        return "id = ?", [str(value)]
    raise BadQueryError(f"field {field} is not searched here")


def _group(query: dict[str, Any], zone: ZoneInfo | None) -> Condition:
    parts = query.get("value")
    if query.get("operator") not in {"AND", "OR"} or not isinstance(parts, list) or not parts:
        raise BadQueryError("operator of a group must be AND or OR")
    found = [condition(part, zone) for part in parts]
    texts = [f"({text})" for text, _ in found]
    return f" {query['operator']} ".join(texts), [one for _, args in found for one in args]


def _moment(column: str, operator: Any, value: Any, zone: ZoneInfo | None) -> Condition:  # noqa: ANN401 - whatever was sent
    if operator not in {">", "<", "="}:
        raise BadQueryError(f"operator {operator} does not go with a moment")
    if not str(value).lstrip("-").isdigit():
        raise BadQueryError(f"{value} is no moment")
    begin, end = _day(int(value), zone) if zone else (int(value) * 1000, int(value) * 1000 + 1000)
    if operator == ">":
        return f"{column} >= ?", [end]
    if operator == "<":
        return f"{column} < ?", [begin]
    return f"({column} >= ? and {column} < ?)", [begin, end]


def _day(seconds: int, zone: ZoneInfo) -> tuple[int, int]:
    """Give the ends of the day a moment lies in."""
    at = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(hours=36)).replace(hour=0)
    return millis(start.astimezone(UTC)), millis(end.astimezone(UTC))
