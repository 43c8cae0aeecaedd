"""Columns of strings -> numbers that stand for distinct values; each value is read once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.scratch import scratch

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
NONE = np.int32(-1)
DENSE = 16_000_000
UNHASHED = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        codes: [record] places in ``values``; -1 is null.
        values: Distinct texts.
        hashed: A hash of each of ``values``, where they were hashed already.
    """

    codes: Codes
    values: pa.Array
    hashed: Hashes = field(default_factory=lambda: UNHASHED)


def encode(array: pa.Array | pa.ChunkedArray) -> Column:
    """Encode a column of strings."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    is_encoded = pa.types.is_dictionary(array.type)
    encoded = array if is_encoded else pc.dictionary_encode(array)
    return Column(_indices(encoded), encoded.dictionary)


def read(values: pa.Array, **expressions: str) -> dict[str, pa.Array]:
    """Evaluate SQL ``expressions`` over distinct values, named ``v``; empty text is null."""
    if not len(values):
        return {name: pa.array([], pa.string()) for name in expressions}
    distinct = pa.table({"v": values, "n": np.arange(len(values), dtype=np.int64)})
    chosen = ", ".join(f"nullif({sql}, '') as {name}" for name, sql in expressions.items())
    with scratch() as session:
        session.register("distinct_values", distinct)
        answer = session.sql(f"select n, {chosen} from distinct_values").to_arrow_table()
    order = np.argsort(answer.column("n").to_numpy(), kind="stable")
    if not np.array_equal(order, np.arange(len(order))):
        answer = answer.take(order)
    return {name: answer.column(name).combine_chunks() for name in expressions}


def through(codes: Codes, mapping: npt.NDArray[np.int32]) -> Codes:
    """Map codes by a table; -1 stays -1."""
    return np.append(mapping, NONE).astype(np.int32, copy=False)[codes]


def united(*columns: Column) -> tuple[pa.Array, list[Codes]]:
    """Give columns one dictionary, in alphabetical order, and return each one's codes in it.

    Values that no code points to are left out.
    """
    used = {id(c.values): np.zeros(len(c.values) + 1, dtype=bool) for c in columns}
    for column in columns:
        used[id(column.values)][column.codes] = True
    texts = {id(c.values): c.values for c in columns}
    rows = {key: np.flatnonzero(which[:-1]) for key, which in used.items()}
    some = [texts[key].take(pa.array(places)).cast(pa.string()) for key, places in rows.items()]
    encoded = pc.dictionary_encode(pa.concat_arrays(some))
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    found = np.split(rank[_indices(encoded)], np.cumsum([len(r) for r in rows.values()])[:-1])
    mapped = {key: np.full(len(which), NONE) for key, which in used.items()}
    for (key, places), codes in zip(rows.items(), found, strict=True):
        mapped[key][places] = codes
    return encoded.dictionary.take(pa.array(order)), [
        mapped[id(c.values)][c.codes] for c in columns
    ]


def shared(*arrays: pa.Array) -> tuple[pa.Array, list[Codes]]:
    """Give texts one dictionary, in alphabetical order, and return each one's codes in it."""
    return united(*(encode(array) for array in arrays))


def again(codes: Codes, values: pa.Array) -> Column:
    """Encode values anew, those that are the same now as one; empty text is null."""
    values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    encoded = pc.dictionary_encode(values)
    return Column(through(codes, _indices(encoded)), encoded.dictionary)


def _indices(encoded: pa.DictionaryArray) -> Codes:
    found = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return found.astype(np.int32, copy=False)


def distinct(keys: Ints, size: int) -> tuple[Ints, Codes]:
    """Return distinct keys, which are below ``size``, in order, and where each key is among them.

    A table of all that may be is faster than sorting, if it is not too large.
    """
    if size > DENSE:
        found, inverse = np.unique(keys, return_inverse=True)
        return found, inverse.astype(np.int32)
    seen = np.zeros(size, dtype=bool)
    seen[keys] = True
    number = np.cumsum(seen, dtype=np.int32)
    return np.flatnonzero(seen), number[keys] - np.int32(1)
