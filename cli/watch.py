"""daybreak watch: what is wrong now, told to whom it concerns."""

from __future__ import annotations

import orjson
import typer
from rich.console import Console

from cli import options, prefect_home
from cli.exits import GOOD, INCOMPLETE


def command(sandbox: options.Sandbox = None, as_json: options.Json = False) -> int:
    """Look for failed and silent syncs, and tell the channels what was not told yet.

    Example: daybreak watch
    """
    prefect_home.settle()
    from cli import stage
    from flows.watch import watch

    with stage.progress(quiet=as_json):
        prefect_home.reach()
        report = watch(sandbox=sandbox)
    rows = [
        {"title": a.finding.title, "since": a.opened_at, "next_step": a.finding.next_step}
        for a in report.alerts
    ]
    if as_json:
        document = {"alerts": rows, "undelivered": dict(report.undelivered)}
        typer.echo(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    else:
        _show(rows)
    return INCOMPLETE if rows else GOOD


def _show(rows: list[dict[str, object]]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not rows:
        console.print("Nothing is wrong.")
    for row in rows:
        console.print(f"{row['title']}\n  {row['next_step']}", markup=False)
