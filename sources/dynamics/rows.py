"""What a record of Dataverse's becomes: annotations as columns, a merged one as gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.pull import Record

LABEL = "OData.Community.Display.V1.FormattedValue"
OWNER = "_ownerid_value"
POINTS_AT = "Microsoft.Dynamics.CRM.lookuplogicalname"


def row(record: Record) -> Record:
    """Return a record as the table keeps it."""
    found: Record = {}
    for name, value in record.items():
        column, _, note = name.partition("@")
        if not note:
            found[name] = value
        elif note == POINTS_AT:
            found[f"{column}_type"] = value
        elif note == LABEL and (column == OWNER or is_choice(record.get(column), value)):
            found[f"{column}_label"] = value
    return ended(found)


def is_choice(value: Any, label: Any) -> bool:  # noqa: ANN401 - whatever a column holds
    """Say whether a formatted value is a word for a number, and not the number written nicely."""
    return type(value) is int and isinstance(label, str) and not any(map(str.isdigit, label))


def ended(found: Record) -> Record:
    """Say of a merged record that it is gone, and into which."""
    winner = found.get("_masterid_value")
    if found.get("merged") is not True and not isinstance(winner, str):
        return found
    return {
        **found,
        "deleted_at": found.get("modifiedon"),
        "merged_into": winner if isinstance(winner, str) else None,
    }


def changed_at(record: Record) -> datetime | None:
    """Return when a record was last modified; None if it does not say so readably."""
    value = record.get("modifiedon")
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def gone(record: Record) -> str:
    """Return the id of a record that a delta tells deleted; else ""."""
    is_end = str(record.get("@odata.context", "")).endswith("/$deletedEntity")
    return str(record.get("id") or "") if is_end or record.get("reason") == "deleted" else ""
