"""What Zendesk's records become: what is deleted says so."""

from __future__ import annotations

from datetime import UTC, datetime

from core.pull import Record


def ticket(record: Record) -> Record:
    """Say of a ticket with status "deleted" that it was, when it last changed."""
    return _deleted(record) if record.get("status") == "deleted" else record


def user(record: Record) -> Record:
    """Say of an inactive user that they were deleted; suspended ones stay."""
    return _deleted(record) if record.get("active") is False else record


def plain(record: Record) -> Record:
    """Take a record as it comes."""
    return record


SHAPES = {"tickets": ticket, "users": user}


def shaped(table: str, page: list[Record]) -> list[Record]:
    """Return the rows of a page of ``table``."""
    shape = SHAPES.get(table, plain)
    return [shape(record) for record in page]


def stamp(record: Record) -> int:
    """Return the second the export sorts by; 0 if the record does not tell.

    Only tickets carry ``generated_timestamp``. Elsewhere ``updated_at`` stands in, which is never
    later, so that a next start is too early at worst.
    """
    generated = record.get("generated_timestamp")
    if isinstance(generated, int):
        return generated
    for name in ("updated_at", "created_at"):
        value = record.get(name)
        if isinstance(value, str):
            return _epoch(value)
    return 0


def _deleted(row: Record) -> Record:
    at = row.get("updated_at")
    if not isinstance(at, str):
        at = datetime.fromtimestamp(stamp(row), UTC).isoformat()
    return {**row, "deleted_at": at}


def _epoch(value: str) -> int:
    try:
        return int(datetime.fromisoformat(value).timestamp())
    except ValueError:
        return 0
