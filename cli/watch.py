"""daybreak watch: what is wrong now, told to whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import typer
from rich.console import Console

from cli import options, prefect_home
from cli.exits import GOOD, INCOMPLETE
from core.errors import BusyError

if TYPE_CHECKING:
    from monitoring.watch import Report


def command(sandbox: options.Sandbox = None, as_json: options.Json = False) -> int:
    """Look for failed and silent syncs, and tell the channels what was not told yet.

    Works without Prefect too: that Prefect is away is then told like anything else.

    Example: daybreak watch
    """
    report = _looked(sandbox, quiet=as_json)
    rows = [
        {"title": a.finding.title, "since": a.opened_at, "next_step": a.finding.next_step}
        for a in report.alerts
    ]
    if as_json:
        document = {"alerts": rows, "undelivered": dict(report.undelivered)}
        typer.echo(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    else:
        _show(rows)
    # Where nobody else hears of it, cron mails what is said here.
    for channel, why in report.undelivered.items():
        typer.echo(f"{channel} could not be told: {why}", err=True)
    return INCOMPLETE if rows else GOOD


def _looked(sandbox: str | None, *, quiet: bool) -> Report:
    """Look with the Prefect that is there, so that its UI has the run; else without one."""
    prefect_home.quiet()
    silent = prefect_home.unanswered()
    if silent or not prefect_home.api_url():
        from flows.look import look_alone

        return look_alone(sandbox, silent)
    prefect_home.settle()
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    from cli import stage
    from flows.look import look_alone
    from flows.watch import watch

    try:
        with stage.progress(quiet=quiet):
            prefect_home.reach()
            return watch(sandbox=sandbox)
    except (BusyError, httpx.HTTPError, PrefectHTTPStatusError):
        # It answers, and not as Prefect does; what is wrong must be told all the same.
        ui = prefect_home.without_login(prefect_home.api_url()).removesuffix("/api")
        return look_alone(sandbox, ui)


def _show(rows: list[dict[str, object]]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not rows:
        console.print("Nothing is wrong.")
    for row in rows:
        console.print(f"{row['title']}\n  {row['next_step']}", markup=False)
