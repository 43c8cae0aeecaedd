"""Dates of birth in any layout -> year, month and day; what is not known is 0."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from transforms.identity.engine.columns import Ints, read

ISO = "^([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?"
WRITTEN = "^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})"
COMPACT = "^([0-9]{4})([0-9]{2})([0-9]{2})$"
YEAR = "^([0-9]{4})$"
# Where year, month and day stand in each way of writing them.
FORMS = {
    "y": ((ISO, 1), (WRITTEN, 3), (COMPACT, 1), (YEAR, 1)),
    "m": ((ISO, 2), (WRITTEN, 2), (COMPACT, 2)),
    "d": ((ISO, 3), (WRITTEN, 1), (COMPACT, 3)),
}


def _first(*forms: tuple[str, int]) -> str:
    found = (f"nullif(regexp_extract(trim(v), '{form}', {place}), '')" for form, place in forms)
    return f"coalesce({', '.join(found)})"


def parts(dates: pa.Array) -> tuple[Ints, Ints, Ints]:
    """Return (year, month, day) of distinct dates.

    Of two numbers before the year the first is the day, unless it cannot be; whoever compares
    dates forgives a swap.
    """
    if not len(dates):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    found = read(dates, **{name: _first(*forms) for name, forms in FORMS.items()})
    year, month, day = (_numbers(found[k]) for k in ("y", "m", "d"))
    swap = (month > 12) & (day <= 12) & (day > 0)
    month, day = np.where(swap, day, month), np.where(swap, month, day)
    return year, month, day


def _numbers(texts: pa.Array) -> Ints:
    return texts.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
