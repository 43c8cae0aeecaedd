"""Options that several commands share, told in the same words everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

Sandbox = Annotated[
    str | None,
    typer.Option(
        "--sandbox",
        metavar="URL",
        envvar="DAYBREAK_SANDBOX",
        help="Point every source at the sandbox that serves here.",
    ),
]
Json = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON, for a program.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="NAME", help="Serve this vendor alone; say it again for another."
    ),
]
MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=MOMENTS,
        metavar="DATE",
        help="Read again what changed from this day or second on (UTC).",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=MOMENTS, metavar="DATE", help="... and before this one (UTC)."),
]
Full = Annotated[
    bool, typer.Option("--full", metavar="", help="Read everything again, from the start.")
]
