"""daybreak sql: read the 360 and the raw rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli import options

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 200


def command(
    statement: Annotated[str, typer.Argument(metavar="SELECT", help="One select statement.")],
    as_json: options.Json = False,
) -> None:
    """Read the customer 360 (nothing can be changed); raw rows are raw_<vendor>.<table>.

    Example: daybreak sql "select count(*) from customers"
    """
    import sources
    from core.settings import DaybreakSettings, load
    from destinations.warehouses import open_warehouse

    warehouse = open_warehouse(load(DaybreakSettings).warehouse_url())
    with warehouse.session(sources.names(), read_only=True) as session:
        rows = session.query(statement)
    if as_json:
        typer.echo(orjson.dumps(rows.to_pylist(), default=str, option=orjson.OPT_INDENT_2))
        return
    _show(rows)


def _show(rows: pa.Table) -> None:
    console = Console(highlight=False)
    table = Table(*rows.column_names, box=None, pad_edge=False, header_style="bold")
    for row in rows.slice(0, MOST_ROWS).to_pylist():
        table.add_row(*(_cell(value) for value in row.values()))
    console.print(table)
    if rows.num_rows > MOST_ROWS:
        console.print(f"... {rows.num_rows - MOST_ROWS:,} more rows; --json prints them all")


def _cell(value: Any) -> str:  # noqa: ANN401 - a value of any column
    return "" if value is None else str(value).replace("[", r"\[")
