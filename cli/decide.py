"""daybreak decide: what a steward rules about who is who."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, cast

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli import options
from core.errors import ConfigError

if TYPE_CHECKING:
    from core.ledger import Decision
    from core.ledger.decision import Word
    from flows.house import House


class What(StrEnum):
    """What is decided."""

    MERGE = "merge"
    SPLIT = "split"
    NEVER = "never"
    UNDO = "undo"
    LIST = "list"
    REVIEW = "review"


def command(
    what: Annotated[
        What, typer.Argument(help="What is decided; `list` shows all, `review` what to look at.")
    ] = What.LIST,
    one: Annotated[
        str | None,
        typer.Argument(
            metavar="A", help="A customer id or a record (source:id); a number to undo."
        ),
    ] = None,
    two: Annotated[
        str | None, typer.Argument(metavar="B", help="The other; to split, the record.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="So many questions of a review.")
    ] = 10,
    as_json: options.Json = False,
) -> None:
    """Decide who is who: `merge A B`, `split CUSTOMER RECORD`, `never A B`, `undo N`, `list`.

    `review` asks what is most in doubt and would move most, with the answers to copy.

    A decision is about the source records that A and B have now, so it holds whatever becomes of
    their ids, in every later run, until it is undone; of two that contradict, the later one holds.
    It takes effect with the next reconcile.

    Example: daybreak decide merge c0000000012 shopify:77012
    """
    from cli import stage

    house = stage.at_home()
    if what is What.REVIEW:
        _review(house, limit, as_json=as_json)
        return
    if what is What.LIST:
        shown = house.ledger.decisions.every()
    elif what is What.UNDO:
        shown = [house.ledger.decisions.undo(_number(one), _who(by), house.clock.now())]
    else:
        shown = [_decide(house, what, one, two, _who(by))]
    if as_json:
        rows = [asdict(decision) for decision in shown]
        typer.echo(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2))
    elif what is What.LIST:
        _show(shown)
    else:
        _tell(shown[0])


def _review(house: House, limit: int, *, as_json: bool) -> None:
    from cli import questions
    from core.settings import load
    from transforms.identity import review
    from transforms.identity.settings import Steering
    from transforms.rates import ReportSettings

    folder = Steering.at(house.settings.home).state
    with (
        house.warehouse.session([], read_only=True) as session,
        review.opened(folder or house.settings.home, session) as state,
    ):
        found = review.review(session, state, limit)
    if as_json:
        rows = [asdict(question) for question in found]
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    else:
        questions.draw(found, load(ReportSettings).currency, Console(highlight=False))


def _decide(house: House, what: What, one: str | None, two: str | None, by: str) -> Decision:
    from transforms.identity.steward import sides

    if not one or not two:
        raise ConfigError(
            f"`daybreak decide {what.value}` takes two", next_step="`--help` shows an example."
        )
    verdict = cast("Word", what.value)
    with house.warehouse.session([], read_only=True) as session:
        records = sides(session, verdict, one, two)
    said = f"{verdict} {one} {two}"
    return house.ledger.decisions.decide(verdict, records, said, by, house.clock.now())


def _number(text: str | None) -> int:
    if text is None or not text.isdigit():
        raise ConfigError(
            "which decision?", next_step="`daybreak decide list` shows their numbers."
        )
    return int(text)


def _who(by: str) -> str:
    return by or getpass.getuser()


def _tell(decision: Decision) -> None:
    what = "undone" if decision.undone_at else f"about {_count(decision)} records"
    typer.echo(f"{decision.number}: {decision.said}; {what}. It holds from the next reconcile on.")


def _count(decision: Decision) -> int:
    return len({*decision.one, *decision.two})


def _show(decisions: Sequence[Decision]) -> None:
    table = Table("number", "decided", "records", "by", "at", "undone", box=None)
    for d in decisions:
        at = f"{d.at:%Y-%m-%d %H:%M}" if d.at else ""
        undone = f"{d.undone_at:%Y-%m-%d %H:%M} by {d.undone_by}" if d.undone_at else ""
        table.add_row(str(d.number), d.said, str(_count(d)), d.by, at, undone)
    Console(highlight=False).print(table if decisions else "nobody has decided anything yet")
