"""daybreak status: each source in a line, and how many customers there are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

import schedules
from cli import options
from cli.exits import FAILED, GOOD, INCOMPLETE
from core.cadence import Cadence
from core.errors import DaybreakError

if TYPE_CHECKING:
    from flows.house import House

NEVER = "never ran"
COLOURS = {"succeeded": "green", "running": "cyan", "partial": "yellow", NEVER: "dim"}

COMPLETE = {True: "[green]yes[/]", False: "[yellow]no[/]", None: "[dim]-[/]"}


def command(as_json: options.Json = False) -> int:
    """Show when each source was last pulled, how it ended, and whether it is stale.

    A source is complete when it has as many rows as the vendor itself counts; "-" where no vendor
    says.

    Example: daybreak status --json
    """
    import sources
    from cli import stage

    house = stage.at_home()
    document = {
        "sources": [_source(house, name, house.clock.now()) for name in sources.names()],
        "customers": _customers(house),
        "warehouse": house.warehouse.label,
    }
    if as_json:
        typer.echo(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    else:
        _show(document)
    return _verdict(document)


def _source(house: House, name: str, now: datetime) -> dict[str, Any]:
    cadence = _cadence(name)
    run, success = house.ledger.last_run(name), house.ledger.last_success(name)
    age = (now - success).total_seconds() if success else None
    limit = cadence.stale_after.total_seconds() if cadence else None
    return {
        "source": name,
        "state": run.state.value if run else NEVER,
        "last_success_at": success.isoformat() if success else None,
        "rows_last_run": run.rows.arrived if run else 0,
        "quarantined_last_run": run.rows.quarantined if run else 0,
        "healed_last_run": run.rows.healed if run else 0,
        "complete": run.is_complete if run else None,
        "stale": limit is not None and (age is None or age > limit),
        "age_seconds": round(age) if age is not None else None,
        "stale_after_seconds": round(limit) if limit is not None else None,
        "error": run.error if run else None,
    }


def _cadence(source: str) -> Cadence | None:
    return next((c for c in schedules.every() if c.source == source), None)


def _customers(house: House) -> int | None:
    """Count customers; None while the 360 is being written or was never built."""
    try:
        with house.warehouse.session([], read_only=True) as session:
            if not session.columns("customers"):
                return 0
            rows = session.query("select count(*) as customers from customers")
            return int(rows.column(0)[0].as_py())
    except DaybreakError:
        return None


def _show(document: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table(
        "source", "state", "last success", "age", "rows", "complete", "", box=None, pad_edge=False
    )
    for row in document["sources"]:
        colour = COLOURS.get(row["state"], "red")
        table.add_row(
            row["source"],
            f"[{colour}]{row['state']}[/]",
            (row["last_success_at"] or "-")[:16].replace("T", " "),
            _age(row["age_seconds"]),
            f"{row['rows_last_run']:,}",
            COMPLETE[row["complete"]],
            "[red]stale[/]" if row["stale"] and row["state"] != NEVER else "",
        )
    console.print(table)
    customers = document["customers"]
    count = "not readable just now" if customers is None else f"{customers:,}"
    console.print(f"customers  {count}")
    console.print(f"warehouse  {document['warehouse']}", soft_wrap=True)


def _age(seconds: float | None) -> str:
    return "-" if seconds is None else str(timedelta(seconds=round(seconds)))


def _verdict(document: dict[str, Any]) -> int:
    """Judge the sources that ever ran; one nobody has set up is no trouble."""
    used = [row for row in document["sources"] if row["state"] != NEVER]
    if any(row["state"] in {"failed", "crashed"} for row in used):
        return FAILED
    if any(row["stale"] or row["state"] == "partial" or row["complete"] is False for row in used):
        return INCOMPLETE
    return GOOD
