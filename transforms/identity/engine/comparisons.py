"""Pairs of records -> for each group of evidence, the level at which they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.abreast import abreast
from transforms.identity.engine.columns import Codes, Column, encode
from transforms.identity.engine.commonness import Commonness, Fields
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.likeness import (
    ALIKE,
    NEAR,
    SHORT,
    Edits,
    Levels,
    NameLikeness,
    lengths,
)
from transforms.identity.engine.names import READ
from transforms.identity.engine.profiles import Profiles
from transforms.identity.engine.sounds import consonants
from transforms.identity.engine.text import fold

Flags = npt.NDArray[np.bool_]
Rarities = npt.NDArray[np.float32]
UNKNOWN = 0
# Levels of a name: 1 + SAME ... APART; then: the word stands elsewhere in the other's name.
ELSEWHERE = 7
# Near, but both words are established names (Kara and Sara), so that it may be no typing error.
BOTH_NAMES = 8
SIZES = {
    "given": 9, "family": 9, "mail": 16, "phone": 7, "address": 80, "dob": 7, "ext": 6,
    "company": 5, "job": 3, "locale": 3, "generation": 3,
}  # fmt: skip
EDITED = ("mailbox", "phone", "ext", "street", "postcode", "city", "company")
ESTABLISHED = 10
# Mailboxes that are not the same but alike: within two edits, digits and all; the same before the
# @; within two edits; the same before the @, with digits. And what that is called among namesakes.
ALIKE_MAIL = (6, 7, 9, 10)
NAMESAKES = np.zeros(11, dtype=np.uint8)
NAMESAKES[list(ALIKE_MAIL)] = (11, 12, 13, 14)
# Another mailbox, and of namesakes one that is their name with another number.
OTHER_MAIL, OTHER_NUMBER = 8, 15
# Digits that make a number of which two people seldom choose the same.
NUMBER = 2
# Letters of a name by which it is known in a mailbox.
LONG = 4


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

    def __init__(self, frame: Frame, profiles: Profiles, found: Fields, common: Commonness) -> None:
        self.frame = frame
        self.profiles = profiles
        self.fields = found
        self.common = common
        self.likeness = NameLikeness(frame.names.words)
        self.begins = encode(pc.utf8_slice_codeunits(frame.ext.values, 0, -2)).codes
        self.sounds = Edits(consonants(frame.names.words)) if frame.names.script.any() else None
        self.has_extras = frame.names.extras[:, 0] >= 0
        compared = abreast(lambda field: Edits(getattr(frame, field).values), EDITED)
        self.edits = dict(zip(EDITED, compared, strict=True))
        letters = fold(frame.local.values, spaces=False, digits=False)
        self.letters = encode(letters).codes
        self.digits = lengths(frame.local.values) - lengths(letters)

    def compare(self, one: Codes, two: Codes) -> Comparison:
        """Compare pairs of records."""
        f, p = self.frame, self.profiles
        given, given_word = self._name(f.names.given, f.names.family, p.held["given"], one, two)
        family, family_word = self._name(f.names.family, f.names.given, p.held["family"], one, two)
        mail = self._mail(one, two)
        named = np.isin(given, (1, ELSEWHERE)) & np.isin(family, (1, ELSEWHERE))
        self._of_namesakes(mail, np.flatnonzero(named), one, two)
        levels = {
            "given": given,
            "family": family,
            "mail": mail,
            "phone": self._phone(one, two),
            "address": self._address(one, two),
            "dob": self._dob(one, two),
            "ext": self._ext(one, two),
            "company": self._company(one, two),
            "job": self._text("job", one, two, near=0),
            "locale": self._text("locale", one, two, near=0),
            "generation": _generation(f.names.generation[one], f.names.generation[two]),
        }
        rarity = {
            "given": self._name_rarity("given", given, given_word, one, two),
            "family": self._name_rarity("family", family, family_word, one, two),
            "address": self._place_rarity(levels["address"], one, two),
            "dob": self._rarity("dob", levels["dob"] == 1, one, two),
            "company": self._rarity("company", levels["company"] == 1, one, two),
            "job": self._rarity("job", levels["job"] == 1, one, two),
            "locale": self._rarity("locale", levels["locale"] == 1, one, two),
        }
        return Comparison(levels, rarity)

    def _name(
        self, mine: Codes, other: Codes, counts: npt.NDArray[np.int32], one: Codes, two: Codes
    ) -> tuple[Levels, Codes]:
        a, b = mine[one], mine[two]
        known = (a >= 0) & (b >= 0)
        level = np.zeros(len(one), dtype=np.uint8)
        level[known] = 1 + self.likeness.levels(a[known], b[known])
        word = np.where(level == 1, a, -1)
        near = np.flatnonzero((level == 1 + NEAR) | (level == 1 + ALIKE))
        held = counts[one[near]], counts[two[near]]
        rarer, commoner = (f(*held) for f in (np.minimum, np.maximum))
        level[near[rarer * ESTABLISHED > np.maximum(commoner, 2 * ESTABLISHED)]] = BOTH_NAMES
        if self.sounds:
            abroad = np.flatnonzero(level > 1 + NEAR)
            abroad = abroad[self._may_sound_alike(mine, one[abroad], two[abroad])]
            level[abroad] = UNKNOWN
        self._elsewhere(level, word, mine, other, one, two)
        return level, word

    def _may_sound_alike(self, mine: Codes, one: Codes, two: Codes) -> Flags:
        """Tell which names in two scripts may be one name, whose spellings then tell nothing."""
        script = self.frame.names.script
        x, y = script[one], script[two]
        may = (x != y) & ((x == READ) | (y == READ))
        spelled = np.flatnonzero((x != y) & ~may)
        a, b = mine[one[spelled]], mine[two[spelled]]
        size = np.minimum(self.sounds.size[a], self.sounds.size[b])
        may[spelled] = (self.sounds.within(a, b, 1) & (size > 2)) | self.sounds.within(a, b, 0)
        return np.asarray(may)

    def _elsewhere(
        self, level: Levels, word: Codes, mine: Codes, other: Codes, one: Codes, two: Codes
    ) -> None:
        """Find words that stand elsewhere in the other's name: swapped, double, an alias."""
        doubtful = np.flatnonzero((level >= 1 + SHORT) | (level == 0))
        i, j = one[doubtful], two[doubtful]
        x, y = mine[i], mine[j]
        u, v = other[i], other[j]
        found = np.full(len(doubtful), -1, dtype=np.int32)
        for word_of, who, swapped in (
            (x, j, (x == v) & ((u == y) | (u < 0) | (y < 0))),
            (y, i, (y == u) & ((v == x) | (v < 0) | (x < 0))),
        ):
            hit = swapped | self._beside(who, word_of)
            hit &= word_of >= 0
            hit[hit] = self.likeness.size[word_of[hit]] > 1
            found = np.where(hit, word_of, found)
        level[doubtful[found >= 0]] = ELSEWHERE
        word[doubtful[found >= 0]] = found[found >= 0]

    def _beside(self, who: Codes, word: Codes) -> Flags:
        """Tell whose further words hold a word."""
        extras = self.frame.names.extras
        out = np.zeros(len(who), dtype=bool)
        have = np.flatnonzero(self.has_extras[who])
        out[have] = (extras[who[have]] == word[have, None]).any(axis=1)
        return out

    def _mail(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        a, b = f.mailbox.codes[one], f.mailbox.codes[two]
        known = (a >= 0) & (b >= 0)
        level = np.where(known, 8, 0).astype(np.uint8)
        same = known & (a == b)
        level[same] = self.profiles.mailbox[a[same]]
        rest = np.flatnonzero(known & ~same)
        i, j = one[rest], two[rest]
        local = (f.local.codes[i] == f.local.codes[j]) & ~f.role[i] & ~f.role[j]
        near = self.edits["mailbox"].within(a[rest], b[rest], 2)
        near &= _lengths(f.local)[f.local.codes[i]] >= 6
        level[rest[near]] = 9
        alike = rest[near]
        same, other = self._digits(a[alike], b[alike])
        level[alike[same]] = 6
        # anna.berg.14 and anna.berg.17 are two people whom a provider told apart, no slip of a pen.
        level[alike[other]] = 8
        level[rest[local]] = 7
        level[rest[local & (self.digits[f.local.codes[i]] >= NUMBER)]] = 10
        return level

    def _of_namesakes(self, mail: Levels, named: Codes, one: Codes, two: Codes) -> None:
        """Judge apart the mailboxes of namesakes, which are alike because their names are."""
        alike = named[np.isin(mail[named], ALIKE_MAIL)]
        numbered = named[mail[named] == OTHER_MAIL]
        numbered = numbered[self._differ_in_number(one[numbered], two[numbered])]
        alike = alike[self._made_of_name(one[alike])]
        mail[alike] = NAMESAKES[mail[alike]]
        mail[numbered[self._made_of_name(one[numbered])]] = OTHER_NUMBER

    def _differ_in_number(self, one: Codes, two: Codes) -> Flags:
        """Tell whose mailboxes, which are not the same, have the same letters and a number each."""
        a, b = self.frame.local.codes[one], self.frame.local.codes[two]
        both = (self.digits[a] >= NUMBER) & (self.digits[b] >= NUMBER)
        return np.asarray(both & (a != b) & (self.letters[a] == self.letters[b]))

    def _made_of_name(self, who: Codes) -> Flags:
        """Tell whose mailbox holds their given or family name."""
        names, local = self.frame.names, self.frame.local
        texts = _texts(local.values, local.codes[who])
        given, family = (_texts(names.words, codes[who]) for codes in (names.given, names.family))
        told = zip(texts, given, family, strict=True)
        return np.array(
            [any(n and n[:LONG] in (t or "") for n in (g, f)) for t, g, f in told], dtype=bool
        )

    def _digits(self, one: Codes, two: Codes) -> tuple[Flags, Flags]:
        """Tell of mailboxes whether both hold digits, two or more: the same ones, or others."""
        values = self.frame.mailbox.values
        a, b = (values.take(pa.array(c)).to_pylist() for c in (one, two))
        digits = [
            (sorted(filter(str.isdigit, x)), sorted(filter(str.isdigit, y)))
            for x, y in zip(a, b, strict=True)
        ]
        both = np.array([len(x) > 1 and len(y) > 1 for x, y in digits], dtype=bool)
        same = np.array([x == y for x, y in digits], dtype=bool)
        return both & same, both & ~same

    def _phone(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        a, b = f.phone.codes[one], f.phone.codes[two]
        known = (a >= 0) & (b >= 0)
        level = np.where(known, 6, 0).astype(np.uint8)
        same = known & (a == b)
        level[same] = self.profiles.phone[a[same]]
        rest = np.flatnonzero(known & ~same)
        near = self.edits["phone"].within(a[rest], b[rest], 1)
        level[rest[near]] = 5
        return level

    def _address(self, one: Codes, two: Codes) -> Levels:
        level = self._street(one, two) << np.uint8(4)
        level |= self._text("postcode", one, two, near=1) << np.uint8(2)
        level |= self._text("city", one, two, near=2)
        return level

    def _street(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        name = self._text("street", one, two, near=3)
        a, b = f.number.codes[one], f.number.codes[two]
        numbered = (a >= 0) & (b >= 0)
        level = np.where(name == 0, 0, 4).astype(np.uint8)
        level[(name == 1) & (a == b)] = 1
        level[(name == 2) & (a == b)] = 2
        level[((name == 1) | (name == 2)) & (a != b)] = 3
        level[(name == 3) & numbered & (a == b)] = 3
        return level

    def _text(self, field: str, one: Codes, two: Codes, near: int) -> Levels:
        """Return 1 for the same text, 2 for one within ``near`` edits, 3 (or 2) for another."""
        codes = getattr(self.frame, field).codes
        a, b = codes[one], codes[two]
        known = (a >= 0) & (b >= 0)
        level = np.where(known, 3 if near else 2, 0).astype(np.uint8)
        level[known & (a == b)] = 1
        if near:
            rest = np.flatnonzero(known & (a != b))
            level[rest[self.edits[field].within(a[rest], b[rest], near)]] = 2
        return level

    def _dob(self, one: Codes, two: Codes) -> Levels:
        f = self.frame
        y, m, d = ((c[one], c[two]) for c in (f.year, f.month, f.day))
        known = (y[0] > 0) & (y[1] > 0)
        whole = known & (m[0] > 0) & (m[1] > 0) & (d[0] > 0) & (d[1] > 0)
        same_y, same_m, same_d = (c[0] == c[1] for c in (y, m, d))
        level = np.where(known, 6, 0).astype(np.uint8)
        off = sum((_digits_off(*c) for c in (y, m, d)), np.zeros(len(one), dtype=np.int8))
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
        near = rest[self.edits["ext"].within(a[rest], b[rest], 1)]
        # Members of a family join together: numbers that count on say nothing.
        level[near[~self._count_on(a[near], b[near])]] = 3
        return level

    def _company(self, one: Codes, two: Codes) -> Levels:
        """Return 1 the same, 2 alike in all words, 3 in their initials, 4 another."""
        f = self.frame
        near = self._text("company", one, two, near=2)
        level = np.where(near == 3, 4, near).astype(np.uint8)
        other = level == 4
        level[other & _same(f.letters, one, two)] = 3
        level[other & _same(f.brand, one, two)] = 2
        return level

    def _count_on(self, one: Codes, two: Codes) -> Flags:
        """Tell which numbers differ in their last two places only."""
        return np.asarray(self.begins[one] == self.begins[two])

    def _rarity(self, field: str, which: Flags, one: Codes, two: Codes) -> Rarities:
        """Return how common the shared value is in the country where it is commoner."""
        table = self.profiles.rarity[field]
        out = np.zeros(len(one), dtype=np.float32)
        agreed = np.flatnonzero(which)
        out[agreed] = np.maximum(table[one[agreed]], table[two[agreed]])
        return out

    def _name_rarity(
        self, field: str, level: Levels, word: Codes, one: Codes, two: Codes
    ) -> Rarities:
        out = self._rarity(field, level == 1, one, two)
        other = np.flatnonzero(level == ELSEWHERE)
        words = self.fields.words[word[other]] if len(other) else np.zeros(0, np.uint64)
        place = self.fields.place
        table = self.common["word"]
        out[other] = np.maximum(
            table.rarity(place[one[other]], words), table.rarity(place[two[other]], words)
        )
        return out

    def _place_rarity(self, address: Levels, one: Codes, two: Codes) -> Rarities:
        same_postcode = (address >> 2) & 3 == 1
        same_city = (address & 3 == 1) & ~same_postcode
        by_postcode = self._rarity("postcode", same_postcode, one, two)
        return by_postcode + self._rarity("city", same_city, one, two)


def _same(column: Column, one: Codes, two: Codes) -> Flags:
    return np.asarray((column.codes[one] == column.codes[two]) & (column.codes[one] >= 0))


def _texts(values: pa.Array, codes: Codes) -> list[str | None]:
    found: list[str | None] = values.take(pa.array(codes, mask=codes < 0)).to_pylist()
    return found


def _lengths(column: Column) -> npt.NDArray[np.int32]:
    return lengths(column.values) if len(column.values) else np.zeros(1, np.int32)


def _generation(one: Levels, two: Levels) -> Levels:
    return np.where((one > 0) & (two > 0), np.where(one == two, 1, 2), 0).astype(np.uint8)


def _digits_off(one: Codes, two: Codes) -> npt.NDArray[np.int8]:
    """Return in how many digits numbers differ."""
    off = np.zeros(len(one), dtype=np.int8)
    differ = np.flatnonzero(one != two)
    x, y = one[differ], two[differ]
    for power in (1, 10, 100, 1000):
        off[differ] += (x // power) % 10 != (y // power) % 10
    return off
