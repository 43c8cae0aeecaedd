"""daybreak customer: one customer, whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.console import Console

from cli import options
from cli.exits import FAILED, GOOD


def command(
    who: Annotated[
        str, typer.Argument(metavar="WHO", help="An e-mail, a phone number or a customer id.")
    ],
    as_json: options.Json = False,
) -> int:
    """Show the whole customer: who they are and who says so, scores, consents, money, events.

    A phone number is given with its country code; the id of a customer who was merged into
    another shows the other.

    Example: daybreak customer ada@example.com
    """
    from cli import portrait, stage
    from transforms.customer import show

    with stage.at_home().warehouse.session([], read_only=True) as session:
        is_built = bool(session.columns("customers"))
        customer = show(session, who) if is_built else None
    if customer is None:
        typer.echo(f"daybreak: {_not_found(who, is_built=is_built)}", err=True)
        return FAILED
    if as_json:
        typer.echo(orjson.dumps(asdict(customer), default=str, option=orjson.OPT_INDENT_2))
    else:
        portrait.draw(customer, Console(highlight=False))
    return GOOD


def _not_found(who: str, *, is_built: bool) -> str:
    if not is_built:
        return "there is no customer table yet. Run `daybreak night` first."
    return (
        f"no customer is known as {who}. Try their e-mail, their phone number with its country "
        "code (+44 ...), or an id such as c0000000001."
    )
