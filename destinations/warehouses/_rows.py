"""Rows in the Arrow types that both warehouses take and give."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.ChunkedArray[Any]"


def loadable(rows: pa.Table) -> pa.Table:
    """Give columns that are null throughout a type, text; DuckDB would call them integers."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_null(field.type):
            rows = rows.set_column(place, field.name, pa.nulls(rows.num_rows, pa.string()))
    return rows


def plain(rows: pa.Table) -> pa.Table:
    """Turn ADBC's Postgres types into those DuckDB gives: decimals, and JSON as text."""
    columns = [_plain(c, f) for c, f in zip(rows.columns, rows.schema, strict=True)]
    return pa.table(columns, names=rows.column_names)


def _plain(column: Column, field: pa.Field[Any]) -> Column:
    if not isinstance(field.type, pa.BaseExtensionType):
        return column
    stored = column.cast(field.type.storage_type)
    origin = field.metadata or {}
    if origin.get(b"ADBC:postgresql:typname") == b"numeric":
        return _decimal(stored, int(origin[b"POSTGRESQL:typmod"]))
    return stored


def _decimal(texts: Column, modifier: int) -> Column:
    """Read numbers that Postgres sent as text; a double where no decimal holds them.

    ``modifier`` is Postgres's typmod: 4 + (precision << 16 | scale), or -1 where the query
    leaves both open; then the scale is the widest that occurs.
    """
    if modifier >= 0:
        precision, scale = (modifier - 4) >> 16, (modifier - 4) & 0x7FF
    else:
        fractions = pc.utf8_length(pc.replace_substring_regex(texts, r"^[^.]*\.?", ""))
        precision, scale = 38, int(pc.max(fractions).as_py() or 0)
    try:
        return texts.cast(pa.decimal128(precision, scale))
    except pa.ArrowInvalid:
        return texts.cast(pa.float64())
