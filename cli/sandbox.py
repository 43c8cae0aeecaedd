"""daybreak sandbox: the vendors in miniature, on loopback, until stopped."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli import options
from core.errors import ConfigError

if TYPE_CHECKING:
    from sandbox.serve import Sandbox
    from sandbox.vendor import Vendor


def command(
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed is the same world.")] = 7,
    people: Annotated[int, typer.Option(metavar="N", help="How many people live in it.")] = 400,
    world: Annotated[
        str, typer.Option(metavar="SPEC", help="seeded, empty, or olist:PATH to serve real tables.")
    ] = "seeded",
    nights: Annotated[
        int, typer.Option(metavar="N", help="How many nights have passed in it already.")
    ] = 0,
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT",
            help="The first port; the vendors take the next ones. 0 is any free one.",
        ),
    ] = 0,
    only: options.Only = None,
) -> None:
    """Serve the vendors in miniature on this machine, until stopped.

    Example: daybreak sandbox --port 8900, then in another terminal:
    daybreak night --sandbox http://127.0.0.1:8900
    """
    from sandbox.serve import serve
    from sandbox.world import make

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    console = Console(highlight=False)
    with console.status("making the world ..."):
        made = make(spec=world, seed=seed, people=people, nights=nights)
        serving = serve(_named(only), made, port=port)
        sandbox = serving.__enter__()
    try:
        _announce(console, sandbox)
        stop.wait()
    finally:
        serving.__exit__(None, None, None)


def _named(only: list[str] | None) -> list[type[Vendor]] | None:
    """Return the vendors of these names; None, for all, if none is named."""
    from sandbox.vendor import discover

    everybody = discover()
    if strangers := sorted({*(only or ())} - {*everybody}):
        raise ConfigError(
            f"the sandbox has no {', '.join(strangers)}",
            next_step=f"It has {', '.join(sorted(everybody))}.",
        )
    return [everybody[name] for name in sorted({*only})] if only else None


def _announce(console: Console, sandbox: Sandbox) -> None:
    table = Table("vendor", "url", box=None, pad_edge=False)
    for name, vendor in sandbox.vendors.items():
        table.add_row(name, vendor.url)
    console.print(f"sandbox  [bold]{sandbox.url}[/]  (Ctrl-C stops it)")
    console.print(table)
    console.print(f"try      daybreak night --sandbox {sandbox.url}")
