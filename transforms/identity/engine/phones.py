"""Phone numbers in any layout -> the national number, the same for +, 00 and local forms."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import PhoneMetadata

from transforms.identity.engine import strings
from transforms.identity.engine.columns import NONE, Codes, Column, Ints, again
from transforms.identity.engine.countries import of_calling_code

Flags = npt.NDArray[np.bool_]

# ITU-T E.164 calling codes are prefix-free: these have one or two digits, all others three.
CALLING = "^(?:1|7|2[07]|3[0123469]|4[013456789]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9][0-9])"
CALLING_LENGTHS = np.array(
    [len(found[0]) if (found := re.match(CALLING, f"{n:03}")) else 0 for n in range(1000)]
)
SHORTEST, LONGEST = 6, 15
SPOKEN = np.isin(np.arange(256), list((string.digits + string.ascii_letters).encode()))
ZERO, NINE, PLUS = ord("0"), ord("9"), ord("+")
EXTENSION = "(x|ext|#|poste|durchwahl).*$"


def national(
    phones: pa.Array, phone: Codes, region: Codes, names: list[str | None], home: str | None
) -> Column:
    """Return the national number of each record; null is none or nonsense.

    Args:
        phones: Distinct numbers as typed.
        phone: Each record's.
        region: Each record's country, a place in ``names``; -1 is unknown.
        names: Two-letter codes.
        home: The country of numbers whose record tells none.
    """
    place = [*names, home]
    where = np.where(region < 0, len(names), region).astype(np.int64)
    pair = np.where(phone < 0, -1, phone.astype(np.int64) * len(place) + where)
    distinct, inverse = np.unique(pair, return_inverse=True)
    known = distinct[distinct >= 0]
    digits, plus = _digits(phones)
    which = known // len(place)
    offsets, data = strings.parts(digits.take(pa.array(which)))
    starts = _starts(_Numbers(offsets, data), plus[which], _Regions.of(place, known % len(place)))
    offsets, data = strings.between(data, starts, offsets[1:])
    numbers = again(np.arange(len(known), dtype=np.int32), strings.whole(offsets, data))
    codes = np.where(_nonsense(_Numbers(offsets, data)), NONE, numbers.codes)
    codes = np.concatenate([np.full(len(distinct) - len(known), NONE), codes])
    return Column(codes[inverse], numbers.values)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Digits of many numbers, one number after the other."""

    offsets: strings.Offsets
    digits: strings.Bytes

    @property
    def lengths(self) -> Ints:
        return np.diff(self.offsets).astype(np.int64)

    def at(self, places: Ints) -> Ints:
        """Return the digits at places; past the end of all it is nought."""
        padded = np.append(self.digits, np.uint8(ZERO))
        return padded[np.minimum(places, len(self.digits))].astype(np.int64) - ZERO

    def begin(self, starts: Ints, prefix: npt.NDArray[np.int8]) -> Flags:
        """Tell which numbers begin with ``prefix`` [number, digit]; -1 is past its end."""
        out = np.ones(len(starts), dtype=bool)
        for k in range(prefix.shape[1]):
            out &= (prefix[:, k] < 0) | (self.at(starts + k) == prefix[:, k])
        return out


@dataclass(frozen=True, slots=True)
class _Regions:
    """How each number's country writes numbers.

    Attributes:
        calling: [number, digit] the calling code, -1 past its end, and where there is none.
        trunk: [number, digit] what is dialled before a national number.
        lengths: [number, length] whether national numbers may be so long.
    """

    calling: npt.NDArray[np.int8]
    trunk: npt.NDArray[np.int8]
    lengths: Flags

    @classmethod
    def of(cls, names: list[str | None], region: Ints) -> _Regions:
        """Look up the country of each number, a place in ``names``."""
        calling, trunk = (np.full((len(names), 4), -1, dtype=np.int8) for _ in range(2))
        lengths = np.zeros((len(names), LONGEST * 2), dtype=bool)
        for row, name in enumerate(names):
            data = PhoneMetadata.metadata_for_region(name, None) if name else None
            if data is None:
                continue
            code, prefix = str(data.country_code), data.national_prefix or ""
            calling[row, : len(code)] = [int(digit) for digit in code]
            # In North America the trunk prefix is the calling code itself.
            if prefix != code:
                trunk[row, : len(prefix)] = [int(digit) for digit in prefix]
            possible = {*data.fixed_line.possible_length, *data.mobile.possible_length} - {-1}
            lengths[row, list(possible)] = True
        return cls(calling[region], trunk[region], lengths[region])

    def fits(self, size: Ints) -> Flags:
        """Tell which sizes a national number may have."""
        most = self.lengths.shape[1] - 1
        return self.lengths[np.arange(len(size)), np.clip(size, 0, most)]


def _digits(phones: pa.Array) -> tuple[pa.Array, Flags]:
    """Return the digits of numbers as typed, without an extension, and which begin with a plus."""
    text = phones.cast(pa.string()).fill_null("")
    lettered = pc.match_substring_regex(text, "[#a-zA-Z]")
    if pc.any(lettered).as_py():
        cut = pc.replace_substring_regex(pc.ascii_lower(text.filter(lettered)), EXTENSION, "")
        text = pc.replace_with_mask(text, lettered, cut)
    text = pc.replace_substring(text, "(0)", "")
    offsets, data = strings.parts(text)
    other = np.flatnonzero((data < ZERO) | (data > NINE))
    plus = strings.first(np.flatnonzero(data == PLUS), offsets)
    spoken = strings.first(np.flatnonzero(SPOKEN[data]), offsets)
    return strings.whole(*strings.without(offsets, data, other)), plus < spoken


def _starts(numbers: _Numbers, plus: Flags, regions: _Regions) -> Ints:
    """Return where the national numbers begin: after what is dialled from abroad or afar."""
    starts = numbers.offsets[:-1].astype(np.int64)
    head = [numbers.at(starts + k) for k in range(3)]
    code = (regions.calling >= 0).sum(axis=1)
    is_american = (code == 1) & (regions.calling[:, 0] == 1)
    zeros = (head[0] == 0) & (head[1] == 0) & (head[2] > 0)
    american = (head[0] == 0) & (head[1] == 1) & (head[2] == 1) & is_american
    skipped = np.where(plus, 0, np.where(zeros, 2, np.where(american, 3, 0)))
    abroad = plus | zeros | american
    starts = starts + skipped
    head = [numbers.at(starts + k) for k in range(3)]
    called = CALLING_LENGTHS[head[0] * 100 + head[1] * 10 + head[2]]
    starts = starts + np.where(abroad, called, _domestic(numbers, starts, regions))
    ends = numbers.offsets[1:].astype(np.int64)
    digits = np.append(np.flatnonzero(numbers.digits != ZERO), len(numbers.digits))
    return np.minimum(digits[np.searchsorted(digits, np.minimum(starts, ends))], ends)


def _domestic(numbers: _Numbers, starts: Ints, regions: _Regions) -> Ints:
    """Return how many digits stand before numbers that are not written as from abroad."""
    size = numbers.offsets[1:] - starts
    code, trunk = ((part >= 0).sum(axis=1) for part in (regions.calling, regions.trunk))
    with_code = numbers.begin(starts, regions.calling) & regions.fits(size - code)
    with_trunk = (trunk > 0) & numbers.begin(starts, regions.trunk)
    with_trunk &= ~(with_code & ~regions.fits(size - trunk))
    with_code &= (trunk > 0) | ~regions.fits(size)
    nowhere = ((size == 11) & (numbers.at(starts) == 1)).astype(np.int64)
    there = np.where(with_trunk, trunk, np.where(with_code, code, 0))
    return np.where(code == 0, nowhere, there)


def _nonsense(numbers: _Numbers) -> Flags:
    """Tell which are no numbers: too short, too long, or their digits all alike or in order."""
    size = numbers.lengths
    digit = numbers.digits.astype(np.int8)
    step = np.append(np.int8(0), digit[1:] - digit[:-1])[: len(digit)] % np.int8(10)
    out = (size < SHORTEST) | (size > LONGEST)
    for same in (0, 1, 9):
        before = np.append(0, np.cumsum(step == same))
        first = np.minimum(numbers.offsets[:-1] + 1, numbers.offsets[1:])
        out |= before[numbers.offsets[1:]] - before[first] >= size - 1
    return out


def home_region(phones: pa.Array, regions: list[str | None]) -> str | None:
    """Return the country that numbers without one belong to: the commonest of the data.

    Args:
        phones: Distinct numbers as typed.
        regions: Each record's country.
    """
    known = [r for r in regions if r]
    if known:
        return max(sorted(set(known)), key=known.count)
    digits, plus = _digits(phones)
    abroad = digits.filter(pa.array(plus))
    codes = pc.extract_regex(abroad, f"(?P<code>{CALLING})").field("code")
    counted = codes.drop_null().value_counts().to_pylist()
    ranked = sorted((-row["counts"], row["values"]) for row in counted if row["values"])
    return of_calling_code(int(ranked[0][1])) if ranked else None
