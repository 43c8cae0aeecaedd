"""daybreak customer: one customer, whole."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
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
    moment: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=options.MOMENTS,
            metavar="DATE",
            help="Show whose records they were at the end of that day, or at that second (UTC).",
        ),
    ] = None,
    as_json: options.Json = False,
) -> int:
    """Show the whole customer: who they are and who says so, scores, consents, money, events.

    A phone number is given with its country code; the id of a customer who was merged into
    another shows the other. --why shows how each record hangs on the others, and the bridge at
    which the customer would come apart first.

    --as-of shows which records were theirs on a past day, and whose those are now.

    Example: daybreak customer ada@example.com --why
    """
    from cli import stage
    from transforms.readiness import NEVER

    house = stage.at_home()
    if moment is not None:
        return _past(house, who, moment, as_json=as_json)
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
    else:
        _draw(customer, reasons)
    return GOOD


def _draw(customer: CustomerView, reasons: Why | None) -> None:
    # Each loads what the other needs nothing of.
    if reasons:
        from cli import reasoning

        reasoning.draw(customer.customer_id, reasons, Console(highlight=False))
    else:
        from cli import portrait

        portrait.draw(customer, Console(highlight=False))


def _found(session: Session, who: str) -> CustomerView | None:
    """Find the customer; where another release made the tables, say what to do."""
    from transforms.customer import show
    from transforms.readiness import advice

    try:
        return show(session, who)
    except QueryError as error:
        error.next_step = advice(session) or error.next_step
        raise


def _past(house: House, who: str, moment: datetime, *, as_json: bool) -> int:
    from cli import yesterday
    from transforms.customer import find
    from transforms.identity.past import as_of
    from transforms.identity.steward import CUSTOMER

    # A day is over when its last second is: the night of that day is part of it.
    whole = moment.time() == time.min
    at = moment.replace(tzinfo=UTC) + (timedelta(days=1, seconds=-1) if whole else timedelta(0))
    with house.warehouse.session([], read_only=True) as session:
        known = bool(session.columns("customers"))
        one = who if CUSTOMER.fullmatch(who) or not known else find(session, who.strip())
        found = as_of(session, one or "", at) if known else []
    if not found:
        typer.echo(f"daybreak: nobody was known as {who} on {at:%Y-%m-%d %H:%M} UTC", err=True)
        return FAILED
    if as_json:
        rows = [asdict(past) for past in found]
        typer.echo(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2))
    else:
        yesterday.draw(found, Console(highlight=False))
    return GOOD


def _reasons(house: House, session: Session, customer_id: str) -> Why:
    from transforms.identity.why import why

    return why(session, customer_id, house.ledger.decisions.in_force())


def _not_found(who: str) -> str:
    return (
        f"no customer is known as {who}. Try their e-mail, their phone number with its country "
        "code (+44 ...), or an id such as c0000000001."
    )
