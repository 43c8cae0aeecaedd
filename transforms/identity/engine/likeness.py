"""How alike two strings are, for pairs of distinct values: each pair is compared once."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from transforms.identity.engine.columns import Codes
from transforms.identity.engine.strings import parts
from transforms.identity.words import circles

Levels = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
SAME, NICK, SHORT, NEAR, ALIKE, APART = range(6)
FEW_BITS = 5
# Bytes at each end of a text, and how long it must be for one edit not to reach both.
END, LONG = 3, 8
# How many values are looked at together, to bound memory.
STEP = 200_000


def distinct_pairs(one: Codes, two: Codes) -> tuple[Codes, Codes, npt.NDArray[np.int64]]:
    """Return distinct (low, high) pairs of codes, and where each pair is among them."""
    key = (np.minimum(one, two).astype(np.int64) << 32) | np.maximum(one, two)
    distinct, inverse = np.unique(key, return_inverse=True)
    return (distinct >> 32).astype(np.int32), (distinct & 0xFFFFFFFF).astype(np.int32), inverse


def bags(values: pa.Array) -> npt.NDArray[np.uint64]:
    """Return which characters each value holds, as bits: strings far apart in it are not alike."""
    offsets, letters = parts(values)
    table = np.left_shift(np.uint64(1), np.arange(256, dtype=np.uint64) & np.uint64(63))
    out = np.zeros(len(values), dtype=np.uint64)
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    for start in range(0, len(filled), STEP):
        some = filled[start : start + STEP]
        first = offsets[some[0]]
        bits = table[letters[first : offsets[some[-1] + 1]]]
        out[some] = np.bitwise_or.reduceat(bits, offsets[some] - first)
    return out


def lengths(values: pa.Array) -> npt.NDArray[np.int32]:
    """Return how long each value is."""
    return np.diff(parts(values)[0])


class Edits:
    """Counts edits between values; what can be seen from afar is not compared."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values
        self.size, self.bag = lengths(values), bags(values)
        self.ends = _ends(values)

    def within(self, one: Codes, two: Codes, most: int) -> Flags:
        """Tell of pairs whether up to ``most`` edits part them, adjacent swaps being one."""
        out = np.zeros(len(one), dtype=bool)
        where = np.flatnonzero(np.abs(self.size[one] - self.size[two]) <= most)
        where = where[np.bitwise_count(self.bag[one[where]] ^ self.bag[two[where]]) <= 2 * most]
        if most == 1:
            # One edit cannot touch both ends of a long text.
            i, j = one[where], two[where]
            same = (self.ends[:, i] == self.ends[:, j]).any(axis=0)
            where = where[same | (np.minimum(self.size[i], self.size[j]) < LONG)]
        if len(where):
            low, high, inverse = distinct_pairs(one[where], two[where])
            found = cpdist(
                self.values.take(pa.array(low)).to_pylist(),
                self.values.take(pa.array(high)).to_pylist(),
                scorer=OSA.distance, score_cutoff=most, dtype=np.uint8, workers=2,
            )  # fmt: skip
            out[where] = (found <= most)[inverse]
        return out


def _ends(values: pa.Array) -> npt.NDArray[np.uint32]:
    """Return [end, value] the first and the last three bytes of each value of at least three."""
    offsets, data = parts(values)
    out = np.zeros((2, len(values)), dtype=np.uint32)
    rows = np.flatnonzero(offsets[1:] - offsets[:-1] >= END)
    for end, start in enumerate((offsets[:-1][rows], offsets[1:][rows] - END)):
        for k in range(END):
            out[end, rows] = (out[end, rows] << np.uint32(8)) | data[start + k]
    return out


class NameLikeness:
    """Compares words of names."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values
        self.size, self.bag = lengths(values), bags(values)
        voiced = pc.match_substring_regex(values, "[aeiouy]")
        self.voiced = voiced.to_numpy(zero_copy_only=False)
        self.nicks = _nicknames(values)
        self.has_nick = np.zeros(len(values), dtype=bool)
        for ends in (self.nicks >> 32, self.nicks & 0xFFFFFFFF):
            self.has_nick[ends] = True

    def levels(self, one: Codes, two: Codes) -> Levels:
        """Return SAME ... APART for pairs of known words."""
        out = np.full(len(one), APART, dtype=np.uint8)
        out[one == two] = SAME
        nick = self.has_nick[one] & self.has_nick[two]
        likely = np.bitwise_count(self.bag[one] ^ self.bag[two]) <= FEW_BITS
        likely |= np.minimum(self.size[one], self.size[two]) <= END
        where = np.flatnonzero((nick | likely) & (one != two))
        if len(where):
            low, high, inverse = distinct_pairs(one[where], two[where])
            level = self._judged(low, high)
            keys = (low.astype(np.int64) << 32) | high
            level[np.isin(keys, self.nicks)] = NICK
            out[where] = level[inverse]
        return out

    def _judged(self, low: Codes, high: Codes) -> Levels:
        one = self.values.take(pa.array(low)).to_pylist()
        two = self.values.take(pa.array(high)).to_pylist()
        apart = cpdist(one, two, scorer=OSA.distance, score_cutoff=3, dtype=np.uint8, workers=2)
        alike = cpdist(one, two, scorer=JaroWinkler.similarity, dtype=np.float32, workers=2)
        begins = cpdist(one, two, scorer=Prefix.similarity, dtype=np.uint8, workers=2)
        short = np.minimum(self.size[low], self.size[high])
        long = np.maximum(self.size[low], self.size[high])
        level = np.full(len(low), APART, dtype=np.uint8)
        # Words without vowels, as some scripts write them, are all of what tells names apart.
        bare = ~(self.voiced[low] & self.voiced[high])
        level[(alike >= np.where(bare, 0.93, 0.85)) | (apart * np.where(bare, 5, 3) <= long)] = (
            ALIKE
        )
        level[((apart <= 1) & (long >= 4)) | ((apart <= 2) & (long >= 8))] = NEAR
        level[(begins == short) & ((short == 1) | ((short >= 3) & (long > short)))] = SHORT
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
