"""daybreak night: everything that happens overnight, now."""

from __future__ import annotations

from cli import options, prefect_home


def command(sandbox: options.Sandbox = None, as_json: options.Json = False) -> int:
    """Pull every source, reconcile, watch, and print the brief.

    Example: daybreak night --sandbox http://127.0.0.1:8900
    """
    prefect_home.settle()
    from cli import stage

    stage.demand(sandbox)
    from flows.night import night

    with stage.progress(quiet=as_json):
        stage.attempt(lambda: night(sandbox=sandbox))
    return stage.tell_night(as_json=as_json)
