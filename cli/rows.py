"""Rows of any query, as a table where it fits and record by record where it does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from rich.text import Text

MOST_ROWS = 200
NOTHING = "-"
ENDLESS = 1_000_000
UNSPEAKABLE = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], "\u00b7")


def show(rows: pa.Table, console: Console) -> None:
    """Print ``rows``: a line a row, or a line a field if the lines would be too long."""
    shown = rows.slice(0, MOST_ROWS)
    table = _across(shown)
    unbounded = console.options.update(max_width=ENDLESS)
    if console.measure(table, options=unbounded).maximum <= console.width:
        console.print(table)
    else:
        _down(shown, console)
    left = rows.num_rows - shown.num_rows
    if left:
        console.print(f"... {left:,} more rows; --json prints them all")
    elif not rows.num_rows:
        console.print("no rows")


def cell(value: Any) -> str:  # noqa: ANN401 - a value of any column
    """Return a value as a person reads it; times are UTC, to the second.

    Control characters would speak to the terminal, and some customer has them in a name.
    """
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value).translate(UNSPEAKABLE)


def _across(rows: pa.Table) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for field in rows.schema:
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        table.add_column(Text(field.name), justify="right" if number else "left", no_wrap=True)
    for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        table.add_row(*(Text(cell(value)) for value in row))
    return table


def _down(rows: pa.Table, console: Console) -> None:
    for number, row in enumerate(_pairs(rows), start=1):
        console.rule(f"[dim]{number} of {rows.num_rows}[/]", align="left", style="dim")
        record = Table(box=None, pad_edge=False, show_header=False)
        record.add_column(style="bold", no_wrap=True)
        record.add_column(overflow="fold")
        for name, value in row:
            record.add_row(Text(name), Text(cell(value)))
        console.print(record)


def _pairs(rows: pa.Table) -> list[list[tuple[str, Any]]]:
    columns = [column.to_pylist() for column in rows.columns]
    return [list(zip(rows.column_names, row, strict=True)) for row in zip(*columns, strict=True)]
