"""Why one customer is one, on one screen."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from monitoring.wording import counted
from transforms.identity.why import Link, Why

RULED = {
    "decided": "a steward decided it",
    "merged": "the source merged them",
    "claimed": "the source names the other's id",
}


def draw(customer_id: str, why: Why, console: Console) -> None:
    """Print what holds a customer together, the strongest first."""
    if not why.links:
        console.print(f"{customer_id} is one record alone; nothing had to be decided.")
        return
    console.print(f"{customer_id} is held together by {counted(len(why.links), 'link')}.")
    table = Table("record", "and", "weight", "because", box=None)
    for link in why.links:
        weight = "" if link.ruled else f"{link.weight:+.1f}"
        table.add_row(link.one, link.two, weight, RULED.get(link.ruled) or _evidence(link))
    console.print(table)
    console.print("Weights are natural log odds: +3 is 20 to 1, +7 is 1,000 to 1.")
    if why.weakest:
        weakest = why.weakest
        console.print(
            f"The weakest bridge is {weakest.one} to {weakest.two}: {_evidence(weakest)}."
        )


def _evidence(link: Link) -> str:
    """Return the groups of evidence, the weightiest first."""
    said = sorted(link.groups.items(), key=lambda pair: -abs(pair[1]))
    return ", ".join(f"{group} {weight:+.1f}" for group, weight in said)
