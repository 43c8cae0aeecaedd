"""Records and the values that join them -> who is together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from transforms.identity.guard import GuardSettings, Holder, groups
from transforms.identity.names import Name

Ints = npt.NDArray[np.int64]


def components(count: int, keys: pa.Table, settings: GuardSettings) -> Ints:
    """Return for each of ``count`` records the number of its component.

    Args:
        count: How many records there are; they are numbered from 0.
        keys: The values that more than one record holds: ``node``, ``value`` (a number),
            ``given``, ``family``, ``strength``. A node of -1 stands for a record that is not to
            be decided but whose name counts.
        settings: The guard's.
    """
    nodes, tokens = _edges(keys, settings)
    inside = nodes >= 0
    nodes, tokens = nodes[inside], tokens[inside]
    size = count + (int(tokens.max()) + 1 if len(tokens) else 0)
    ones = np.ones(len(nodes), dtype=np.int8)
    graph = coo_matrix((ones, (nodes, count + tokens)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels[:count]


def _edges(keys: pa.Table, settings: GuardSettings) -> tuple[Ints, Ints]:
    """Return (node, token): records that share a token are joined."""
    node, value = (keys.column(c).to_numpy().astype(np.int64) for c in ("node", "value"))
    plain = _is_plain(keys, value, settings)
    found = [(node[plain], value[plain])]
    token = int(value.max()) + 1 if len(value) else 0
    nodes: list[int] = []
    tokens: list[int] = []
    for group in _guarded(keys.filter(pa.array(~plain)), settings):
        nodes += group
        tokens += [token] * len(group)
        token += 1
    found.append((np.array(nodes, dtype=np.int64), np.array(tokens, dtype=np.int64)))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _is_plain(keys: pa.Table, value: Ints, settings: GuardSettings) -> npt.NDArray[np.bool_]:
    """Mark the rows of values that need no thought: few holders, one name at most, none weak.

    That is nearly all of them; the guard itself is asked about the rest.
    """
    if not len(value):
        return np.zeros(0, dtype=np.bool_)
    given = keys.column("given").combine_chunks().dictionary_encode()
    family = keys.column("family").combine_chunks().dictionary_encode()
    one = given.indices.fill_null(-1).to_numpy().astype(np.int64)
    two = family.indices.fill_null(-1).to_numpy().astype(np.int64)
    name = one * (len(family.dictionary) + 1) + two
    size = int(value.max()) + 1
    named = one >= 0
    most = np.full(size, -1, dtype=np.int64)
    np.maximum.at(most, value[named], name[named])
    odd = named & (name != most[value])
    odd |= np.asarray(pc.equal(keys.column("strength"), pa.scalar("weak")).to_numpy())
    troubled = np.bincount(value, weights=odd, minlength=size) > 0
    troubled |= np.bincount(value, minlength=size) > settings.most_records
    return ~troubled[value]


def _guarded(keys: pa.Table, settings: GuardSettings) -> Iterator[list[int]]:
    holders: dict[int, list[Holder]] = {}
    columns = [keys.column(c).to_pylist() for c in ("value", "node", "given", "family", "strength")]
    for value, node, given, family, strength in zip(*columns, strict=True):
        holders.setdefault(value, []).append(Holder(node, Name(given, family), strength))
    for value in sorted(holders):
        yield from groups(holders[value], settings)
