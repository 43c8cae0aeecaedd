"""daybreak customer: one customer, whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console

from cli import options
from cli.exits import FAILED, GOOD
from core.errors import QueryError

if TYPE_CHECKING:
    from core.warehouse import Session
    from flows.house import House
    from transforms.customer import CustomerView
    from transforms.identity.why import Why


def command(
    who: Annotated[
        str, typer.Argument(metavar="WHO", help="An e-mail, a phone number or a customer id.")
    ],
    why: Annotated[
        bool,
        typer.Option("--why", metavar="", help="Show the evidence that makes their records one."),
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Show the whole customer: who they are and who says so, scores, consents, money, events.

    A phone number is given with its country code; the id of a customer who was merged into
    another shows the other. --why shows how each record hangs on the others, and the bridge at
    which the customer would come apart first.

    Example: daybreak customer ada@example.com --why
    """
    from cli import portrait, reasoning, stage
    from transforms.readiness import NEVER

    house = stage.at_home()
    with house.warehouse.session([], read_only=True) as session:
        is_built = bool(session.columns("customers"))
        customer = _found(session, who) if is_built else None
        reasons = _reasons(house, session, customer.customer_id) if customer and why else None
    if customer is None:
        typer.echo(f"daybreak: {_not_found(who) if is_built else NEVER}", err=True)
        return FAILED
    if as_json:
        document = asdict(customer) | ({"why": asdict(reasons)} if reasons else {})
        typer.echo(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    elif reasons:
        reasoning.draw(customer.customer_id, reasons, Console(highlight=False))
    else:
        portrait.draw(customer, Console(highlight=False))
    return GOOD


def _found(session: Session, who: str) -> CustomerView | None:
    """Find the customer; where another release made the tables, say what to do."""
    from transforms.customer import show
    from transforms.readiness import advice

    try:
        return show(session, who)
    except QueryError as error:
        error.next_step = advice(session) or error.next_step
        raise


def _reasons(house: House, session: Session, customer_id: str) -> Why:
    from transforms.identity.why import why

    return why(session, customer_id, house.ledger.decisions.in_force())


def _not_found(who: str) -> str:
    return (
        f"no customer is known as {who}. Try their e-mail, their phone number with its country "
        "code (+44 ...), or an id such as c0000000001."
    )
