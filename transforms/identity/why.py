"""Why the records of one customer are one: the strongest evidence that holds them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

from core.ledger import Decision
from core.warehouse import Session
from transforms.bench import Bench
from transforms.identity import claims, rulings, weights
from transforms.identity.engine import hashes
from transforms.identity.engine.engine import met, read, scored
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.model import group_weights
from transforms.identity.engine.rulings import MUST
from transforms.identity.resolve import layout

LEAST = 0.1
"""Log odds below which a group of evidence says nothing worth showing."""
LARGEST = 1000
"""Of a customer with more records than this, only so many are held against each other."""


@dataclass(frozen=True, slots=True)
class Link:
    """What holds two records of a customer together.

    Attributes:
        one: A record, as ``source:source_id``.
        two: The other.
        weight: Log odds that they are one person (natural); 0 where it was ruled.
        groups: What that is made of: group of evidence -> its own weight.
        ruled: Why it is not for evidence to decide: ``decided``, ``merged``, ``claimed``, or empty.
    """

    one: str
    two: str
    weight: float
    groups: dict[str, float]
    ruled: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The evidence path of a customer: every record hangs on the others by one of these links.

    Attributes:
        links: The strongest that there are, the weakest last.
        weakest: The bridge that the customer would break at; None for one record alone.
    """

    links: tuple[Link, ...]
    weakest: Link | None


def why(session: Session, customer_id: str, decisions: Iterable[Decision] = ()) -> Why:
    """Explain a customer from what the 360 holds of the records."""
    bench = Bench(session)
    records = layout(
        bench,
        "concat(source, ':', source_id) in (select concat(source, ':', source_id) from identities"
        f" where valid_to is null and customer_id = '{customer_id}')",
    ).slice(0, LARGEST)
    known = weights.kept(bench) or weights.shipped()
    told = [*rulings.of(decisions), *claims.rulings(bench)]
    links = sorted(_path(records, known, told), key=lambda one: (not one.ruled, -one.weight))
    return Why(tuple(links), links[-1] if links and not links[-1].ruled else None)


def _path(records: pa.Table, known: Knowledge, told: list[rulings.Ruling]) -> Iterable[Link]:
    ids = [str(one) for one in records["record_id"].to_pylist()]
    found = read(records, known.home, hashes.of_values(pa.array(ids, pa.string())))
    unit_of = dict(zip(ids, found.unit.tolist(), strict=True))
    name_of = {unit: claims.primary(name) for name, unit in unit_of.items()}
    one, two = (np.asarray(part, dtype=np.int32) for part in np.triu_indices(len(ids), 1))
    pairs = met(found, known.common)
    odds = scored(pairs.comparer, known, one, two).astype(float)
    ruled = {
        (min(unit_of[a], unit_of[b]), max(unit_of[a], unit_of[b])): rank
        for verdict, a, b, rank in sorted(told, key=lambda ruling: ruling[3])
        if verdict == MUST and a in unit_of and b in unit_of
    }
    rank = np.array([ruled.get(pair, -1) for pair in zip(one.tolist(), two.tolist(), strict=True)])
    # The tree that costs least is the one that is held together best; no edge may cost nothing.
    cost = 1e4 - np.where(rank >= 0, 5e3, np.clip(odds, -1e3, 1e3))
    tree = minimum_spanning_tree(coo_matrix((cost, (one, two)), shape=(len(ids), len(ids))))
    rows, columns = (part.astype(np.int32) for part in tree.nonzero())
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    groups = group_weights(known.model, pairs.comparer.compare(low, high)) if len(low) else {}
    place = {pair: at for at, pair in enumerate(zip(one.tolist(), two.tolist(), strict=True))}
    for at, pair in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        a, b = name_of[pair[0]], name_of[pair[1]]
        if a == b:
            continue
        said = {g: round(float(w[at]), 2) for g, w in groups.items() if abs(w[at]) >= LEAST}
        where = rank[place[pair]]
        weight = 0.0 if where >= 0 else round(float(odds[place[pair]]), 2)
        yield Link(a, b, weight, said, rulings.called(int(where)))
