"""What the engine is least sure of: who it kept apart and may be one, who is one and may be two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from transforms.identity import bridges
from transforms.identity.claims import primary
from transforms.identity.engine.columns import Ints
from transforms.identity.engine.store import Session

JOIN, PART = "join", "part"
STRONGEST = 1e3
# A chance of a thousandth of being wrong is no question for a person.
SURE = 6.9
WHO = """
create or replace temp table who as
select distinct l.customer_id, r.content from records as r join links as l using (record_id)
"""
# What stewards and their systems said of any two records of two customers is an answer already.
NEARLY = """
with counted as (select customer_id, count(*) as n from who group by all),
answered as (
    select distinct least(a.customer_id, b.customer_id) as one,
        greatest(a.customer_id, b.customer_id) as two
    from nevers as v join links as a on a.record_id = v.one join links as b on b.record_id = v.two
),
ways as (
    select one, two, odds from edges union all select two as one, one as two, odds from edges
),
near as (
    select a.customer_id as one, b.customer_id as two, sum(1 / (1 + exp(-e.odds))) as said,
        arg_max(e.one, (e.odds, e.one, e.two)) as end_one,
        arg_max(e.two, (e.odds, e.one, e.two)) as end_two
    from ways as e join who as a on a.content = e.one join who as b on b.content = e.two
    where a.customer_id < b.customer_id
    group by all
)
select near.*, said / (a.n * b.n) as chance
from near join counted as a on a.customer_id = one join counted as b on b.customer_id = two
anti join answered using (one, two)
order by all
"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One decision of the engine that may be wrong.

    Attributes:
        kind: ``join`` if two customers may be one, ``part`` if one may be two.
        wrong: The chance that it is wrong, as the evidence has it.
        ends: A record of either side, as ``source:source_id``: those that the evidence is about.
        one: All records of the side that would stay.
        two: All records of the side that would move: never more than the other's.
    """

    kind: str
    wrong: float
    ends: tuple[str, str]
    one: tuple[str, ...]
    two: tuple[str, ...]


def doubts(state: Session) -> list[Doubt]:
    """Return all that is in doubt, in no order."""
    state.execute(WHO)
    return [*_joins(state), *_parts(state)]


def _joins(state: Session) -> list[Doubt]:
    near = state.sql(NEARLY).to_arrow_table()
    records = _records(state, "customer_id", np.unique(_ends(near, "one", "two")))
    said = _records(state, "content", np.unique(_ends(near, "end_one", "end_two")))
    return [
        _doubt(
            JOIN,
            row["chance"],
            (said[row["end_one"]][0], said[row["end_two"]][0]),
            (records[row["one"]], records[row["two"]]),
        )
        for row in near.to_pylist()
    ]


def _ends(table: pa.Table, *columns: str) -> Ints:
    return np.concatenate([table[c].to_numpy().astype(np.int64) for c in columns])


def _records(state: Session, column: str, wanted: Ints) -> dict[int, tuple[str, ...]]:
    """Return the records of customers, or those that say a content, the smallest first."""
    state.register("wanted", pa.table({column: wanted}))
    rows = state.sql(
        f"select {column}, r.record_id from records as r join links as l using (record_id)"
        f" semi join wanted using ({column}) order by all"
    ).fetchall()
    found: dict[int, dict[str, None]] = {}
    for key, record in rows:
        found.setdefault(key, {})[primary(record)] = None
    return {key: tuple(sorted(names)) for key, names in found.items()}


def _doubt(
    kind: str, wrong: float, ends: tuple[str, str], sides: tuple[tuple[str, ...], tuple[str, ...]]
) -> Doubt:
    (one, two), (here, there) = sides, ends
    if (len(one), two) < (len(two), one):
        one, two, here, there = two, one, there, here
    return Doubt(kind, float(wrong), (here, there), one, two)


def _parts(state: Session) -> list[Doubt]:
    """Return where customers would come apart first: the weakest of the links they need."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - half a second, not for every command
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree  # noqa: PLC0415 - the same

    links = bridges.links(state, voices=2)
    one, two = (links[c].to_numpy().astype(np.int64) for c in ("one", "two"))
    if not len(one):
        return []
    odds = links["odds"].to_numpy().astype(float)
    size = int(max(one.max(), two.max())) + 1
    cost = STRONGEST - np.minimum(odds, STRONGEST - 1)
    tree = minimum_spanning_tree(coo_matrix((cost, (one, two)), shape=(size, size))).tocoo()
    place = {pair: at for at, pair in enumerate(zip(one.tolist(), two.tolist(), strict=True))}
    kept = np.array(
        [place[pair] for pair in zip(tree.row.tolist(), tree.col.tolist(), strict=True)]
    )
    customer = links["customer_id"].to_numpy()
    kept = kept[np.lexsort((kept, odds[kept], customer[kept]))]
    first = np.concatenate(([True], customer[kept][1:] != customer[kept][:-1]))
    weakest, rest = kept[first], kept[~first]
    ones = np.ones(len(rest), np.int8)
    graph = coo_matrix((ones, (one[rest], two[rest])), shape=(size, size))
    side = connected_components(graph, directed=False)[1].astype(np.int64)
    return _parted(state, links.take(pa.array(weakest[odds[weakest] < SURE])), side)


def _parted(state: Session, weakest: pa.Table, side: Ints) -> list[Doubt]:
    state.register("sides", pa.table({"voice": np.arange(len(side)), "side": side}))
    state.execute(
        "create or replace temp table parted as select s.side as side_id, r.record_id"
        " from voices as v join sides as s using (voice) join records as r using (content)"
    )
    wanted = np.unique(side[_ends(weakest, "one", "two")])
    state.register("wanted", pa.table({"side_id": wanted}))
    records: dict[int, set[str]] = {}
    for number, record in state.sql("from parted semi join wanted using (side_id)").fetchall():
        records.setdefault(number, set()).add(primary(record))
    said = _records(state, "content", np.unique(_ends(weakest, "end_one", "end_two")))
    return [
        _doubt(
            PART,
            1 / (1 + np.exp(row["odds"])),
            (said[row["end_one"]][0], said[row["end_two"]][0]),
            tuple(tuple(sorted(records[int(side[row[end]])])) for end in ("one", "two")),  # type: ignore[arg-type] # two ends, two sides
        )
        for row in weakest.to_pylist()
        if records[int(side[row["one"]])].isdisjoint(records[int(side[row["two"]])])
    ]
