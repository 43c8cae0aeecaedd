"""Columns of strings -> numbers that stand for distinct values; each value is read once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.scratch import scratch

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
NONE = np.int32(-1)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``codes`` [record] point into ``values``; -1 is null."""

    codes: Codes
    values: pa.Array


def encode(array: pa.Array | pa.ChunkedArray) -> Column:
    """Encode a column of strings."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    is_encoded = pa.types.is_dictionary(array.type)
    encoded = array if is_encoded else pc.dictionary_encode(array)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Column(codes, encoded.dictionary)


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
    if not len(mapping):
        return np.full(len(codes), NONE, dtype=np.int32)
    return np.where(codes < 0, NONE, mapping[codes]).astype(np.int32)


def shared(*arrays: pa.Array) -> tuple[pa.Array, list[Codes]]:
    """Give several columns of strings one dictionary in alphabetical order, and their codes."""
    sizes = [len(a) for a in arrays]
    encoded = pc.dictionary_encode(pa.concat_arrays([a.cast(pa.string()) for a in arrays]))
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    raw = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    codes = through(raw, rank)
    return encoded.dictionary.take(pa.array(order)), np.split(codes, np.cumsum(sizes)[:-1])
