"""Dates of birth in any layout -> year, month and day; what is not known is 0."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from transforms.identity.engine.columns import Ints, read

T = "trim(v)"
ISO = "'^([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?'"
WRITTEN = "'^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})'"
COMPACT = "'^([0-9]{4})([0-9]{2})([0-9]{2})$'"


def parts(dates: pa.Array) -> tuple[Ints, Ints, Ints]:
    """Return (year, month, day) of distinct dates.

    Of two numbers before the year the first is the day, unless it cannot be; whoever compares
    dates forgives a swap.
    """
    if not len(dates):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    found = read(
        dates,
        y=f"coalesce(nullif(regexp_extract({T}, {ISO}, 1), ''), nullif(regexp_extract({T}, {WRITTEN}, 3), ''), "
        f"nullif(regexp_extract({T}, {COMPACT}, 1), ''), regexp_extract({T}, '^([0-9]{{4}})$', 1))",
        m=f"coalesce(nullif(regexp_extract({T}, {ISO}, 2), ''), nullif(regexp_extract({T}, {WRITTEN}, 2), ''), "
        f"regexp_extract({T}, {COMPACT}, 2))",
        d=f"coalesce(nullif(regexp_extract({T}, {ISO}, 3), ''), nullif(regexp_extract({T}, {WRITTEN}, 1), ''), "
        f"regexp_extract({T}, {COMPACT}, 3))",
    )
    year, month, day = (_numbers(found[k]) for k in ("y", "m", "d"))
    swap = (month > 12) & (day <= 12) & (day > 0)
    month, day = np.where(swap, day, month), np.where(swap, month, day)
    return year, month, day


def _numbers(texts: pa.Array) -> Ints:
    return texts.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
