"""What a steward should look at first, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from cli.portrait import amount
from monitoring.wording import counted

if TYPE_CHECKING:
    from transforms.identity.review import Question, Side


def draw(questions: Sequence[Question], currency: str, console: Console) -> None:
    """Print each question with what would move and what to say, the largest gain first."""
    if not questions:
        console.print("nothing is in doubt that evidence could tell of")
    for number, question in enumerate(questions, 1):
        stays, moves = question.stays, question.moves
        if question.kind == "join":
            asked = f"Are {stays.customer_id} and {moves.customer_id} one person?"
        else:
            asked = f"Is {stays.customer_id} two people?"
        console.print(f"{number}. {asked} {question.wrong:.0%} speaks for it.", style="bold")
        console.print(
            f"   {stays.record} and {moves.record}; {_moving(moves, currency)} would move."
        )
        console.print(f"   yes: {question.change}", soft_wrap=True)
        console.print(f"   no:  {question.keep}", soft_wrap=True)


def _moving(side: Side, currency: str) -> str:
    parts = [counted(side.records, "record"), counted(side.orders, "order")]
    if side.earned_minor:
        parts.append(f"{amount(side.earned_minor, currency)} {currency}")
    return ", ".join(parts)
