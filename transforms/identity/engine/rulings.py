"""Decisions of people on records: which of them hold, and whom they tie together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.clusters import components
from transforms.identity.engine.columns import Ints, shared

MUST, NEVER = "must", "never"
COLUMNS = {"verdict": pa.string(), "one": pa.string(), "two": pa.string(), "rank": pa.int64()}
SCHEMA = pa.schema(list(COLUMNS.items()))


@dataclass(frozen=True, slots=True)
class InForce:
    """The rulings that hold.

    Attributes:
        ties: ``record_id, tie``: those of one tie are one person; a tie is called by its smallest
            record.
        nevers: ``one, two``: the smaller record first; they are two persons.
    """

    ties: pa.Table
    nevers: pa.Table


def table(rows: Iterable[tuple[str, str, str, int]] = ()) -> pa.Table:
    """Return rulings: verdict (must or never), two record ids, and a rank."""
    names = list(COLUMNS)
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=SCHEMA)


def in_force(rulings: pa.Table) -> InForce:
    """Return which rulings hold where they contradict each other, through others too.

    The higher rank wins (the later decision has it), and at one rank a never. It does not matter
    in which order they come, nor whether the records still live: whom a deleted record tied
    together is still one person.
    """
    ids, (one, two) = shared(_plain(rulings["one"]), _plain(rulings["two"]))
    apart = one != two
    one, two = np.minimum(one, two)[apart], np.maximum(one, two)[apart]
    must = pc.equal(rulings["verdict"], MUST).to_numpy(zero_copy_only=False)[apart]
    rank = rulings["rank"].to_numpy()[apart]
    label = components(len(ids), one[must], two[must])
    doubtful = np.zeros(len(ids) + 1, dtype=bool)
    doubtful[label[one[~must & (label[one] == label[two])]]] = True
    open_ = doubtful[label[one]] & (label[one] == label[two])
    holds = ~open_
    holds[open_] = _holding(one[open_], two[open_], must[open_], rank[open_])
    must_holds = must & holds
    return InForce(
        _ties(ids, one[must_holds], two[must_holds]),
        _pairs(ids, one[~must & holds], two[~must & holds]),
    )


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.string()).combine_chunks()


def _holding(one: Ints, two: Ints, must: Ints, rank: Ints) -> list[bool]:
    """Go through contradicting rulings, the weightiest first; drop what those before forbid."""
    leader: dict[int, int] = {}
    enemies: dict[int, set[int]] = {}

    def find(who: int) -> int:
        while leader.setdefault(who, who) != who:
            who = leader[who] = leader[leader[who]]
        return who

    out = [False] * len(one)
    for at in np.lexsort((two, one, must, -rank)).tolist():
        a, b = find(int(one[at])), find(int(two[at]))
        if must[at] and a not in enemies.get(b, ()):
            out[at] = True
            if a != b:
                leader[b] = a
                for other in enemies.pop(b, set()):
                    enemies[other].discard(b)
                    enemies[other].add(a)
                    enemies.setdefault(a, set()).add(other)
        elif not must[at] and a != b:
            out[at] = True
            enemies.setdefault(a, set()).add(b)
            enemies.setdefault(b, set()).add(a)
    return out


def _ties(ids: pa.Array, one: Ints, two: Ints) -> pa.Table:
    named = np.unique(np.concatenate([one, two]))
    label = components(len(ids), one, two)[named]
    # Ids stand in alphabetical order, so the first of a tie is the smallest.
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    return pa.table(
        {"record_id": ids.take(pa.array(named)), "tie": ids.take(pa.array(named[first[place]]))}
    )


def _pairs(ids: pa.Array, one: Ints, two: Ints) -> pa.Table:
    pairs = np.unique(np.stack([one, two], axis=1), axis=0) if len(one) else np.zeros((0, 2), int)
    return pa.table({n: ids.take(pa.array(pairs[:, i])) for i, n in enumerate(("one", "two"))})
