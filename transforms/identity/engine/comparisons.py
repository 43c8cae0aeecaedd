"""Pairs of records -> for each group of evidence, the level at which they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine.columns import Codes, Column
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.likeness import APART, SHORT, Levels, NameLikeness, edits
from transforms.identity.engine.profiles import Profiles

Floats = npt.NDArray[np.float64]
UNKNOWN = 0
# Levels of a name: 1 + SAME ... APART; then: the word stands elsewhere in the other's name.
ELSEWHERE = 7
SIZES = {
    "given": 8, "family": 8, "mail": 9, "phone": 7, "address": 80, "dob": 7, "ext": 6,
    "company": 4, "job": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pairs compared.

    Attributes:
        levels: For each group, each pair's level; 0 is unknown.
        rarity: For each group, the logarithm of how common the value agreed upon is beside the
            average of its level; 0 where that says nothing.
    """

    levels: dict[str, Levels]
    rarity: dict[str, npt.NDArray[np.float32]]


class Comparer:
    """Compares pairs of one frame."""

    def __init__(self, frame: Frame, profiles: Profiles) -> None:
        self.frame = frame
        self.profiles = profiles
        self.likeness = NameLikeness(frame.names.words)

    def compare(self, one: Codes, two: Codes) -> Comparison:
        f, p = self.frame, self.profiles
        given, given_word = self._name(f.names.given, f.names.family, one, two)
        family, family_word = self._name(f.names.family, f.names.given, one, two)
        levels = {
            "given": given,
            "family": family,
            "mail": self._mail(one, two),
            "phone": self._phone(one, two),
            "address": self._address(one, two),
            "dob": self._dob(one, two),
            "ext": self._ext(one, two),
            "company": self._text(f.company, one, two, near=2),
            "job": self._text(f.job, one, two, near=0),
        }
        rarity = {
            "given": rare(p.given, given_word),
            "family": rare(p.family, family_word),
            "address": self._place_rarity(levels["address"], one, two),
            "dob": np.where(levels["dob"] == 1, p.dob[one], 0).astype(np.float32),
            "company": rare(p.company, np.where(levels["company"] == 1, f.company.codes[one], -1)),
            "job": rare(p.job, np.where(levels["job"] == 1, f.job.codes[one], -1)),
        }
        return Comparison(levels, rarity)

    def _name(self, mine: Codes, other: Codes, one: Codes, two: Codes) -> tuple[Levels, Codes]:
        a, b = mine[one], mine[two]
        known = (a >= 0) & (b >= 0)
        level = np.zeros(len(one), dtype=np.uint8)
        level[known] = 1 + self.likeness.levels(a[known], b[known])
        word = np.where(level == 1, a, -1)
        doubtful = np.flatnonzero((level >= 1 + SHORT) & (level <= 1 + APART))
        i, j = one[doubtful], two[doubtful]
        x, y = a[doubtful], b[doubtful]
        extras = self.frame.names.extras
        found = np.full(len(doubtful), -1, dtype=np.int32)
        for mine_word, who in ((y, i), (x, j)):
            hit = other[who] == mine_word
            for k in range(extras.shape[1]):
                hit |= extras[who, k] == mine_word
            found = np.where(hit & (self.likeness.size[mine_word] > 1), mine_word, found)
        level[doubtful[found >= 0]] = ELSEWHERE
        word[doubtful[found >= 0]] = found[found >= 0]
        return level, word

    def _mail(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        a, b = f.mailbox.codes[one], f.mailbox.codes[two]
        known = (a >= 0) & (b >= 0)
        level = np.where(known, 8, 0).astype(np.uint8)
        same = known & (a == b)
        level[same] = self.profiles.mailbox[a[same]]
        rest = np.flatnonzero(known & ~same)
        i, j = one[rest], two[rest]
        local = f.local.codes[i] == f.local.codes[j]
        near = edits(f.mailbox.values, a[rest], b[rest], 2) <= 2
        long = self.likeness_length(f.local)[f.local.codes[i]] >= 6
        level[rest[near & long]] = 6
        level[rest[local]] = 7
        return level

    @staticmethod
    def likeness_length(column: Column) -> npt.NDArray[np.int32]:
        from transforms.identity.engine.likeness import lengths

        return lengths(column.values) if len(column.values) else np.zeros(1, np.int32)

    def _phone(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        a, b = f.phone.codes[one], f.phone.codes[two]
        known = (a >= 0) & (b >= 0)
        level = np.where(known, 6, 0).astype(np.uint8)
        same = known & (a == b)
        level[same] = self.profiles.phone[a[same]]
        rest = np.flatnonzero(known & ~same)
        near = edits(f.phone.values, a[rest], b[rest], 1) <= 1
        level[rest[near]] = 5
        return level

    def _address(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        street = self._street(one, two).astype(np.int64)
        postcode = self._text(f.postcode, one, two, near=1).astype(np.int64)
        city = self._text(f.city, one, two, near=2).astype(np.int64)
        return (street * 16 + postcode * 4 + city).astype(np.uint8)

    def _street(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        name = self._text(f.street, one, two, near=3)
        a, b = f.number.codes[one], f.number.codes[two]
        numbered = (a >= 0) & (b >= 0)
        level = np.where(name == 0, 0, 4).astype(np.uint8)
        level[(name == 1) & (a == b)] = 1
        level[(name == 2) & (a == b)] = 2
        level[((name == 1) | (name == 2)) & (a != b)] = 3
        level[(name == 3) & numbered & (a == b)] = 3
        return level

    @staticmethod
    def _text(column: Column, one: Codes, two: Codes, near: int) -> Levels:
        """Return 1 for the same text, 2 for one within ``near`` edits, 3 (or 2) for another."""
        a, b = column.codes[one], column.codes[two]
        known = (a >= 0) & (b >= 0)
        level = np.where(known, 3 if near else 2, 0).astype(np.uint8)
        level[known & (a == b)] = 1
        if near:
            rest = np.flatnonzero(known & (a != b))
            level[rest[edits(column.values, a[rest], b[rest], near) <= near]] = 2
        return level

    def _dob(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        y, m, d = ((c[one], c[two]) for c in (f.year, f.month, f.day))
        known = (y[0] > 0) & (y[1] > 0)
        whole = known & (m[0] > 0) & (m[1] > 0) & (d[0] > 0) & (d[1] > 0)
        same_y, same_m, same_d = (c[0] == c[1] for c in (y, m, d))
        level = np.where(known, 6, 0).astype(np.uint8)
        off = sum((_digits_off(*c) for c in (y, m, d)), np.zeros(len(one), dtype=np.int64))
        swapped = same_y & (m[0] == d[1]) & (d[0] == m[1])
        level[whole & same_y] = 5
        level[whole & same_m & same_d] = 5
        level[whole & (off == 2)] = 4
        level[whole & ((off == 1) | swapped)] = 2
        level[whole & same_y & same_m & same_d] = 1
        partly = known & ~whole & same_y & (same_m | (m[0] == 0) | (m[1] == 0))
        level[partly] = 3
        return level

    def _ext(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        a, b = f.ext.codes[one], f.ext.codes[two]
        known = (a >= 0) & (b >= 0)
        own = f.source.codes[one] == f.source.codes[two]
        level = np.where(known, np.where(own, 4, 5), 0).astype(np.uint8)
        same = known & (a == b)
        level[same] = np.where(self.profiles.ext[a[same]] == 1, 1, 2)
        rest = np.flatnonzero(known & ~same)
        level[rest[edits(f.ext.values, a[rest], b[rest], 1) <= 1]] = 3
        return level

    def _place_rarity(self, address: Levels, one: Codes, two: Codes) -> npt.NDArray[np.float32]:
        f, p = self.frame, self.profiles
        same_postcode = (address >> 2) & 3 == 1
        same_city = (address & 3 == 1) & ~same_postcode
        by_postcode = rare(p.postcode, np.where(same_postcode, f.postcode.codes[one], -1))
        return by_postcode + rare(p.city, np.where(same_city, f.city.codes[one], -1))


def rare(table: npt.NDArray[np.float32], codes: Codes) -> npt.NDArray[np.float32]:
    if not len(table):
        return np.zeros(len(codes), dtype=np.float32)
    return np.where(codes >= 0, table[codes], 0).astype(np.float32)


def _digits_off(one: npt.NDArray[np.int64], two: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    off = np.zeros(len(one), dtype=np.int64)
    for power in (1, 10, 100, 1000):
        off += (one // power) % 10 != (two // power) % 10
    return off
