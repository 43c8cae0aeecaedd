"""What stewards decided -> rulings between records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import pyarrow as pa

from core.ledger import Decision
from transforms.identity import claims
from transforms.identity.engine import rulings as engine
from transforms.identity.engine.rulings import MUST, NEVER

Ruling = tuple[str, str, str, int]
# Later decisions weigh more than earlier ones, and all of them more than what systems say.
FIRST = 1000


def of(decisions: Iterable[Decision]) -> Iterator[Ruling]:
    """Yield verdict, two records and a rank for each pair that decisions speak of."""
    for decision in decisions:
        rank = FIRST + decision.number
        if decision.verdict == "merge":
            first, *others = [*decision.one, *decision.two]
            yield from ((MUST, first, other, rank) for other in others)
        else:
            yield from ((NEVER, a, b, rank) for a, b in product(decision.one, decision.two))


def table(rows: Iterable[Ruling]) -> pa.Table:
    """Return rulings as the engine takes them."""
    return engine.table(rows)


def called(rank: int) -> str:
    """Return what a ruling of that rank is; empty if it is none."""
    if rank < 0:
        return ""
    if rank >= FIRST:
        return "decided"
    return "merged" if rank == claims.MERGED else "claimed"


def fingerprint(decisions: Sequence[Decision]) -> str:
    """Return what changes when the decisions in force do."""
    said = [f"{d.number} {d.verdict} {d.one} {d.two}" for d in decisions]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
