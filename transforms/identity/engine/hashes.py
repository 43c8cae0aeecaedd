"""Distinct values -> 64-bit numbers that are the same in every run, and their mixtures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.identity.engine.columns import Codes, Column, Hashes
from transforms.identity.engine.scratch import scratch

ODD = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(29)
NONE = np.uint64(0)
SALTS = np.arange(1, 9, 2, dtype=np.uint64) * ODD


def of_values(values: pa.Array) -> Hashes:
    """Hash distinct strings; stable as long as DuckDB's own hash is."""
    if not len(values):
        return np.zeros(0, dtype=np.uint64)
    with scratch(threads=1) as session:
        session.register("t", pa.table({"v": values}))
        found = session.sql("select hash(v) as h from t").to_arrow_table().column("h").to_numpy()
    return found.astype(np.uint64) | np.uint64(1)


def of_codes(codes: Codes, table: Hashes) -> Hashes:
    """Hash a column; 0 is unknown."""
    return np.append(table, NONE)[codes]


def of_column(column: Column) -> Hashes:
    """Hash a column of values; 0 is unknown."""
    return of_codes(column.codes, table(column))


def table(column: Column) -> Hashes:
    """Return the hashes of a column's distinct values."""
    done = len(column.hashed) == len(column.values)
    return column.hashed if done else of_values(column.values)


def hashed(column: Column) -> Column:
    """Return a column whose values are hashed once and for all."""
    return Column(column.codes, column.values, table(column))


def mixed(*parts: Hashes, salt: int = 0) -> Hashes:
    """Mix columns into one; 0 where any part is unknown."""
    out = np.full(len(parts[0]), SALTS[salt], dtype=np.uint64)
    known = np.ones(len(out), dtype=bool)
    for part in parts:
        known &= part != NONE
        out = (out ^ part) * ODD
        out ^= out >> SHIFT
    return np.where(known, out | np.uint64(1), NONE)


def numbers(values: npt.NDArray[np.int64]) -> Hashes:
    """Hash whole numbers; 0 stays unknown."""
    out = values.astype(np.uint64) * ODD
    return np.where(values == 0, NONE, (out ^ (out >> SHIFT)) | np.uint64(1))
