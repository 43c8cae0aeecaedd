"""daybreak sql: read the 360 and the raw rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console

from cli import options
from core.errors import QueryError

if TYPE_CHECKING:
    import pyarrow as pa

    from core.warehouse import Session


def command(
    statement: Annotated[str, typer.Argument(metavar="SELECT", help="One select statement.")],
    as_json: options.Json = False,
) -> None:
    """Read the customer 360 (nothing can be changed); raw rows are raw_<vendor>.<table>.

    Rows too wide for the terminal are shown one below the other, a field a line.

    Example: daybreak sql "select count(*) from customers"
    """
    import sources
    from cli import rows
    from core.settings import DaybreakSettings, load
    from destinations.warehouses import open_warehouse

    warehouse = open_warehouse(load(DaybreakSettings).warehouse_url())
    with warehouse.session(sources.names(), read_only=True) as session:
        found = _ask(session, statement)
    if as_json:
        typer.echo(orjson.dumps(found.to_pylist(), default=str, option=orjson.OPT_INDENT_2))
    else:
        rows.show(found, Console(highlight=False))


def _ask(session: Session, statement: str) -> pa.Table:
    """Run ``statement``; a refusal says what to look at next."""
    try:
        return session.query(statement)
    except QueryError as error:
        from transforms.readiness import advice

        error.next_step = advice(session) or (
            "`daybreak sql` takes one select; docs/data-model.md lists the tables."
        )
        raise
