"""daybreak reconcile: the customer 360, from what was pulled."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options, prefect_home


def command(
    full: options.Full = False,
    retrain: Annotated[
        bool,
        typer.Option(
            "--retrain", metavar="", help="Learn anew what evidence is worth; then decide all."
        ),
    ] = False,
    publish_anyway: Annotated[
        bool,
        typer.Option(
            "--publish-anyway", metavar="", help="Publish customers that are beyond their limits."
        ),
    ] = False,
    sandbox: options.Sandbox = None,
    as_json: options.Json = False,
) -> int:
    """Bring the customer 360 up to date with what was pulled.

    Customers that look wrong all at once (IDENTITY_MOST_... in .env.example) are not published:
    last night's stay, until a night is within its limits again or --publish-anyway is said.

    Example: daybreak reconcile --full
    """
    prefect_home.settle()
    from cli import stage

    stage.demand(sandbox)
    from flows.reconcile import reconcile

    with stage.progress(quiet=as_json):
        stage.attempt(
            lambda: reconcile(
                sandbox=sandbox, full=full, retrain=retrain, publish_anyway=publish_anyway
            )
        )
    return stage.tell_run("reconcile", None, as_json=as_json)
