"""daybreak customer: one customer, whole."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import options


def command(
    who: Annotated[str, typer.Argument(help="An e-mail, a phone number or a customer id.")],
    as_json: options.Json = False,
) -> int:
    """Show the whole customer: who they are, where they are known, what happened, what they spent.

    Example: daybreak customer ada@example.com
    """
    return 0
