"""What needs somebody: rules are .sql files that select what breaks them.

The header is the contract, as everywhere: its first sentence is what people read, in the plural
(``leads that nobody has touched for 48 hours``); ``grain fact, source, item_id``; and what it
``reads``, marts or views. It selects those three, the ``customer_id`` and ``since`` when it has
been so. Files of one's own go into the folder that REPORT_RULES names. Like membership of a
segment it is decided anew each night; what is kept is since which night somebody could know, and
until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import ContractError
from core.warehouse import Session
from transforms.bench import Bench
from transforms.kinds import Columns
from transforms.model import Model, folder, read
from transforms.restrict import restricted
from transforms.stays import Stays, settle

MOST_WAITING = 100
"""Pairs of owner and rule that a night tells; the rest is in open_violations."""

TABLE = "violations"
GRAIN: Columns = {"fact": "text", "source": "text", "item_id": "text"}
TOLD: Columns = {"customer_id": "text", "since": "timestamptz"}
VIOLATIONS = Stays(TABLE, {"rule": "text", **GRAIN}, "opened_at", "closed_at", TOLD)
ABOUT = (
    "what breaks a rule, or broke it: one row for each time. `since` is when it began by the"
    " system's own dates, `opened_at` the night that first saw it; what is mended has a"
    " `closed_at`. open_violations has what is open now, with owner and age."
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of one kind waits for one owner.

    Attributes:
        rule: The rule's name.
        about: What breaks it, in the plural.
        source: Whose rows, or whose owner.
        owner: The owner's name, else the id their system has; empty if nobody is.
        is_named: Whether that is a name.
        count: How much is open.
        new: How much of that tonight saw first.
    """

    rule: str
    about: str
    source: str
    owner: str
    is_named: bool
    count: int
    new: int


def rules(own: Path | None = None) -> list[Model]:
    """Return the rules that come along and those in a folder of one's own, by name.

    Raises:
        ContractError: one does not select what a rule selects, or two have one name.
    """
    mine = [read(path) for path in sorted(own.glob("*.sql"))] if own else []
    found = [*folder("rules"), *mine]
    for model in found:
        if set(model.grain) != set(GRAIN) or set(model.columns) != {*GRAIN, *TOLD}:
            raise ContractError(
                f"{model.name}: a rule's grain is {', '.join(GRAIN)}, and it selects"
                f" {', '.join((*GRAIN, *TOLD))}"
            )
    names = [model.name for model in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ContractError(f"two rules are called {', '.join(sorted(twice))}")
    return sorted(found, key=lambda model: model.name)


def find(bench: Bench, now: datetime, own: Path | None = None) -> None:
    """Let violations begin and end, by what holds now; a rule that is no more is not broken.

    Raises:
        ContractError: a rule reads something its header does not declare.
    """
    columns = ", ".join((*GRAIN, *TOLD))
    parts = [
        f"select '{m.name}' as rule, {columns} from"
        f" ({restricted(m, None, None, bench.session.dialect)}) as r"
        for m in rules(own)
    ]
    settle(VIOLATIONS, bench.keep_rendered(TABLE, " union all ".join(parts)), bench, now)


def waiting(session: Session, own: Path | None = None) -> list[Waiting]:
    """Count what is open by owner and rule, the most first; only the owner's name is told."""
    about = {model.name: _first(model.about) for model in rules(own)}
    rows = session.query(
        "select rule, coalesce(owner_source, source) as source,"
        " coalesce(owner_name, owner_id, '') as owner, owner_name is not null as is_named,"
        " count(*) as found,"
        " count(*) filter (where opened_at = reconciled_at) as new"
        " from open_violations cross join reconciled group by 1, 2, 3, 4"
        f" order by found desc, rule, source, owner limit {MOST_WAITING}"
    )
    return [
        Waiting(about=about[row["rule"]], count=row.pop("found"), **row)
        for row in rows.to_pylist()
        if row["rule"] in about
    ]


def _first(about: str) -> str:
    """Return the first sentence of a header, without its full stop."""
    return about.partition("\n\n")[0].replace("\n", " ").rstrip(".")
