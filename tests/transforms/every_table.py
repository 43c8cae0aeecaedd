"""Every raw table that a source declares, with something in it: what every staging model reads."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.transforms.raw import INSTANT, SOURCES, TYPES, Raw

INSTANTS = [name for name, kind in TYPES.items() if kind == INSTANT]
DAY = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)


def said(number: int) -> dict[str, Any]:
    """Return what a column of each type holds; ``number`` tells one row from the others."""
    plain = {"text": str(number), "bigint": number, "double": number + 0.5, "bool": True}
    return {**plain, "json": f'["{number}"]', **dict.fromkeys(INSTANTS, DAY)}


def full_and_bare() -> Raw:
    """Return every declared raw table with a row that is full and one of which only the key is."""
    raw, number = Raw(), count(10)
    for source, tables in SOURCES.items():
        for name, table in tables.items():
            kinds = {c: kind for c, kind in table.columns.items() if c != "merged_into"}
            held = raw.rows.setdefault((source, name), {})
            for columns in ((*table.key, *kinds), table.key):
                told = said(next(number))
                row = {column: told[kinds.get(column, "text")] for column in columns}
                key = tuple(row[column] for column in table.key)
                held[key] = {**row, "_version": raw.version}
    return raw
