"""Everything the 360 holds, to be compared row for row."""

from __future__ import annotations

from typing import Any

from core.warehouse import Session
from transforms import history, quality, segments, tones, views, violations
from transforms.kinds import KINDS, view
from transforms.model import folder

TABLES = [
    *(model.name for name in ("staging", "identity", "marts") for model in folder(name)),
    *(model.name for model in views.models()),
    *(history.table(mart) for mart in history.FOLLOWED),
    segments.TABLE,
    violations.TABLE,
    *quality.ABOUT,
    tones.TABLE,
    *(view(kind) for kind in KINDS),
    "identity_emails",
    "identity_phones",
    "identity_names",
    "identity_births",
    "identities",
    "identity_events",
    "customer_redirects",
    "identity_sequence",
]
Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot(session: Session) -> Snapshot:
    """Return the rows of every table, sorted."""
    return {name: rows(session, name) for name in TABLES}


def rows(session: Session, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of one table, sorted."""
    found = session.query(f"select * from {name}")
    columns = [column.to_pylist() for column in found.columns]
    return sorted(zip(*columns, strict=True), key=repr)


def differences(one: Snapshot, other: Snapshot) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return for each table that differs the rows only here and only there."""
    return {
        name: (
            [row for row in one[name] if row not in other[name]],
            [row for row in other[name] if row not in one[name]],
        )
        for name in one
        if one[name] != other[name]
    }
