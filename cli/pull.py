"""daybreak pull: one source, now."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, prefect_home


def command(
    source: Annotated[str, typer.Argument(help="The source's name, such as shopify.")],
    since: options.Since = None,
    until: options.Until = None,
    full: options.Full = False,
    sandbox: options.Sandbox = None,
    as_json: options.Json = False,
) -> int:
    """Bring one vendor's records up to date.

    Example: daybreak pull stripe --since 2026-01-01
    """
    prefect_home.settle()
    from cli import stage

    stage.demand(sandbox, source)
    from flows.pull import pull

    with stage.progress(quiet=as_json):
        stage.attempt(
            lambda: pull(source=source, sandbox=sandbox, since=since, until=until, full=full)
        )
    return stage.tell_run("pull", source, as_json=as_json)
