"""How alike two strings are, for pairs of distinct values: each pair is compared once."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from transforms.identity.engine.columns import Codes
from transforms.identity.words import circles

Levels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
SAME, NICK, SHORT, NEAR, ALIKE, APART = range(6)
FEW_BITS = 5


def distinct_pairs(one: Codes, two: Codes) -> tuple[Codes, Codes, npt.NDArray[np.int64]]:
    """Return distinct (low, high) pairs of codes, and where each pair is among them."""
    key = (np.minimum(one, two).astype(np.int64) << 32) | np.maximum(one, two)
    distinct, inverse = np.unique(key, return_inverse=True)
    return (distinct >> 32).astype(np.int32), (distinct & 0xFFFFFFFF).astype(np.int32), inverse


def bags(values: pa.Array) -> npt.NDArray[np.uint64]:
    """Return which characters each value holds, as bits: strings far apart in it are not alike."""
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int32)[
        values.offset : values.offset + len(values) + 1
    ]
    data = np.frombuffer(values.buffers()[2] or b"", dtype=np.uint8)
    letters = data[offsets[0] : offsets[-1]] if len(values) else data[:0]
    bits = np.left_shift(np.uint64(1), (letters & np.uint8(63)).astype(np.uint64))
    out = np.zeros(len(values), dtype=np.uint64)
    lengths = np.diff(offsets)
    filled = lengths > 0
    if filled.any():
        out[filled] = np.bitwise_or.reduceat(bits, (offsets[:-1] - offsets[0])[filled])
    return out


def lengths(values: pa.Array) -> npt.NDArray[np.int32]:
    """Return how long each value is."""
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int32)[
        values.offset : values.offset + len(values) + 1
    ]
    return np.diff(offsets)


def edits(values: pa.Array, one: Codes, two: Codes, most: int) -> npt.NDArray[np.uint8]:
    """Return the edits between values, adjacent swaps being one; more than ``most`` is most + 1."""
    out = np.full(len(one), most + 1, dtype=np.uint8)
    if not len(values) or not len(one):
        return out
    size, bag = lengths(values), bags(values)
    likely = np.abs(size[one] - size[two]) <= most
    likely &= np.bitwise_count(bag[one] ^ bag[two]) <= 2 * most
    where = np.flatnonzero(likely)
    if not len(where):
        return out
    low, high, inverse = distinct_pairs(one[where], two[where])
    found = cpdist(
        values.take(pa.array(low)).to_pylist(), values.take(pa.array(high)).to_pylist(),
        scorer=OSA.distance, score_cutoff=most, dtype=np.uint8, workers=2,
    )  # fmt: skip
    out[where] = np.minimum(found, most + 1)[inverse]
    return out


class NameLikeness:
    """Compares words of names."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values
        self.size = lengths(values) if len(values) else np.zeros(0, np.int32)
        self.bag = bags(values) if len(values) else np.zeros(0, np.uint64)
        self.nicks = _nicknames(values)

    def levels(self, one: Codes, two: Codes) -> Levels:
        """Return SAME ... APART for pairs of known words."""
        out = np.full(len(one), APART, dtype=np.uint8)
        if not len(one):
            return out
        low, high, inverse = distinct_pairs(one, two)
        level = np.full(len(low), APART, dtype=np.uint8)
        differ = np.bitwise_count(self.bag[low] ^ self.bag[high])
        where = np.flatnonzero(
            (low != high)
            & ((differ <= FEW_BITS) | (np.minimum(self.size[low], self.size[high]) <= 3))
        )
        if len(where):
            level[where] = self._judged(low[where], high[where])
        keys = (low.astype(np.int64) << 32) | high
        if len(self.nicks):
            place = np.minimum(np.searchsorted(self.nicks, keys), len(self.nicks) - 1)
            level[(self.nicks[place] == keys)] = NICK
        level[low == high] = SAME
        return level[inverse]

    def _judged(self, low: Codes, high: Codes) -> Levels:
        one = self.values.take(pa.array(low)).to_pylist()
        two = self.values.take(pa.array(high)).to_pylist()
        apart = cpdist(one, two, scorer=OSA.distance, score_cutoff=3, dtype=np.uint8, workers=2)
        alike = cpdist(one, two, scorer=JaroWinkler.similarity, dtype=np.float32, workers=2)
        short = np.minimum(self.size[low], self.size[high])
        long = np.maximum(self.size[low], self.size[high])
        level = np.full(len(low), APART, dtype=np.uint8)
        level[(alike >= 0.85) | (apart * 3 <= long)] = ALIKE
        level[((apart <= 1) & (long >= 4)) | ((apart <= 2) & (long >= 8))] = NEAR
        begins = np.fromiter(
            (b.startswith(a) or a.startswith(b) for a, b in zip(one, two, strict=True)),
            bool,
            len(one),
        )
        level[begins & ((short == 1) | ((short >= 3) & (long > short)))] = SHORT
        return level


def _nicknames(values: pa.Array) -> npt.NDArray[np.int64]:
    """Return the pairs of codes that are nicknames of each other or of one name, sorted."""
    known = pa.array(sorted(_circles()), pa.string())
    at = pc.index_in(known, value_set=values).to_pylist()
    place = {name: i for name, i in zip(known.to_pylist(), at, strict=True) if i is not None}
    related: set[int] = set()
    for name, code in place.items():
        others = (place[n] for n in _circles()[name] if n in place)
        related.update((min(code, c) << 32) | max(code, c) for c in others if c != code)
    return np.array(sorted(related), dtype=np.int64)


@cache
def _circles() -> dict[str, set[str]]:
    """Return for each name those that may be the same person's: a relation, not classes."""
    near: dict[str, set[str]] = {}
    for name, nicks in NickNamer().nickname_lookup.items():
        for one in (name, *nicks):
            near.setdefault(one, set()).update((name, *nicks))
    lines: dict[int, set[str]] = {}
    known = circles("nicknames")
    for name, numbers in known.items():
        for number in numbers:
            lines.setdefault(number, set()).add(name)
    for name, numbers in known.items():
        near.setdefault(name, set()).update(*(lines[number] for number in numbers))
    return near
