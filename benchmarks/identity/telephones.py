"""Numbers for everybody: the same serial gives the same number, no two of one country the same."""

from __future__ import annotations

from benchmarks.identity.countries import COUNTRIES
from benchmarks.identity.pools import Numbers, Strings, strings

SOUND = 1_299_709
"""A prime: serial numbers become telephone numbers that look unrelated."""
CHANGED = 3_000_000
"""Serials of mobile numbers given up start here."""
SWITCHBOARDS = 3_000_000
"""Serials of switchboards start here, behind those of households."""


def telephone(country: Numbers, serial: Numbers, kind: str) -> Strings:
    """Give national numbers without trunk prefix, another for each serial below five million."""
    return strings(
        _number(getattr(COUNTRIES[land], kind), int(number))
        for land, number in zip(country, serial, strict=True)
    )


def _number(series: tuple[str, ...], serial: int) -> str:
    prefix, low = series[serial % len(series)].split("|")
    return prefix + str(int(low) + serial * SOUND % (10 ** len(low) - int(low))).zfill(len(low))
