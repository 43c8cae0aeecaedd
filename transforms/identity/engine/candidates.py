"""Which pairs of records are worth comparing: those that share a rare enough key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from transforms.identity.engine import hashes
from transforms.identity.engine.abreast import abreast
from transforms.identity.engine.columns import Hashes, Ints
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.sounds import phonetic

Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Key:
    """One way to meet: records ``rows`` hold ``values``; blocks above ``most`` are too common."""

    name: str
    rows: npt.NDArray[np.int32]
    values: Hashes
    most: int


@dataclass(frozen=True, slots=True)
class Way:
    """How a key is made.

    Attributes:
        name: What it is called.
        parts: Hashes that make it up, [record].
        most: How many may hold one value.
        beyond: Another way that this one refines: who can meet by that one has met already.
        salt: Keeps keys apart that are made of the same parts.
    """

    name: str
    parts: tuple[Hashes, ...]
    most: int
    beyond: str = ""
    salt: int = 0

    def key(self, crowded: npt.NDArray[np.int32] | None = None) -> Key:
        """Return the key of all records, or of the crowded ones."""
        parts = self.parts if crowded is None else tuple(part[crowded] for part in self.parts)
        values = parts[0] if len(parts) == 1 else hashes.mixed(*parts, salt=self.salt)
        known = np.flatnonzero(values)
        rows = known.astype(np.int32) if crowded is None else crowded[known]
        return Key(self.name, rows, values[known], self.most)


def ways(frame: Frame) -> list[Way]:
    """Return the ways in which any two records can meet."""
    names = frame.names
    sound, letter = (
        hashes.of_values(f(names.words))
        for f in (phonetic, lambda words: pc.utf8_slice_codeunits(words, 0, 1))
    )
    given, family = (hashes.of_codes(c, names.hashed) for c in (names.given, names.family))
    s_given, s_family = (hashes.of_codes(c, sound) for c in (names.given, names.family))
    first = hashes.of_codes(names.given, letter)
    mail, phone, postcode, city, company = (
        hashes.of_column(column)
        for column in (frame.mailbox, frame.phone, frame.postcode, frame.city, frame.company)
    )
    street = hashes.mixed(hashes.of_column(frame.street), hashes.of_column(frame.number))
    dob, year = birthdays(frame), hashes.numbers(frame.year)
    name = np.where((given > 0) & (family > 0), given ^ family, np.uint64(0)) * hashes.ODD
    return [
        Way("mailbox", (mail,), 60),
        Way("phone", (phone,), 60),
        Way("name", (name,), 25),
        Way("dob", (dob,), 10),
        Way("street", (street,), 25),
        Way("sounds", (s_given, s_family), 12),
        Way("ext", (hashes.of_column(frame.ext),), 40),
        Way("local", (hashes.of_column(frame.local),), 15),
        Way("family postcode", (family, postcode), 30),
        Way("given postcode", (given, postcode), 20, salt=1),
        Way("family city", (s_family, first, city), 25),
        Way("sound postcode", (s_family, postcode), 25),
        Way("mailbox given", (mail, first), 60, "mailbox"),
        Way("mailbox family", (mail, family), 60, "mailbox"),
        Way("phone given", (phone, first), 60, "phone"),
        Way("phone family", (phone, family), 60, "phone"),
        Way("name postcode", (name, postcode), 40, "name"),
        Way("name city", (name, city), 40, "name"),
        Way("name year", (name, year), 40, "name"),
        Way("name company", (name, company), 40, "name"),
        Way("street given", (street, first), 40, "street"),
        Way("dob postcode", (dob, postcode), 40, "dob"),
        Way("dob city", (dob, city), 40, "dob"),
        Way("sounds year", (s_given, s_family, year), 30, "sounds"),
    ]


def birthdays(frame: Frame) -> Hashes:
    """Hash whole dates of birth."""
    whole = (frame.month > 0) & (frame.day > 0) & (frame.year > 0)
    return hashes.numbers(np.where(whole, frame.year * 10000 + frame.month * 100 + frame.day, 0))


def keys(frame: Frame) -> Iterator[Key]:
    """Yield the keys of records by which persons can meet."""
    for way in ways(frame):
        yield way.key()
    yield from _own_keys(frame)


def _own_keys(frame: Frame) -> Iterator[Key]:
    """Yield keys that only some records have, or some have several of."""
    yield from _company_keys(frame)
    yield _word_key(frame, "dob", birthdays(frame), 40)
    yield _word_key(frame, "postcode", hashes.of_column(frame.postcode), 30)


def _company_keys(frame: Frame) -> Iterator[Key]:
    """Yield keys of companies without a person."""
    alone = (frame.names.given < 0) & (frame.names.family < 0) & (frame.company.codes >= 0)
    rows = np.flatnonzero(alone).astype(np.int32)
    company, letters, postcode, city = (
        hashes.of_codes(column.codes[rows], hashes.table(column))
        for column in (frame.company, frame.letters, frame.postcode, frame.city)
    )
    for number, (name, place) in enumerate(
        ((company, postcode), (company, city), (letters, postcode), (letters, city))
    ):
        values = hashes.mixed(name, place, salt=number % 4)
        yield Key(f"company {number}", rows[values > 0], values[values > 0], 40)


def _word_key(frame: Frame, label: str, other: Hashes, most: int) -> Key:
    """Return the key of any word of a name with something else: aliases, swapped, double names."""
    names = frame.names
    columns = [names.given, names.family, *names.extras.T]
    rows, values = [], []
    for number, column in enumerate(columns):
        which = (column >= 0) & (other > 0)
        # A record that has a word twice holds it once.
        for before in columns[: min(number, 2)]:
            which &= column != before
        found = np.flatnonzero(which)
        rows.append(found.astype(np.int32))
        values.append(hashes.mixed(names.hashed[column[found]], other[found], salt=2))
    return Key(f"word {label}", np.concatenate(rows), np.concatenate(values), most)


# For each key, by its name: sorted hashes of values that too many hold, and how many do.
Held = dict[str, tuple[Hashes, Ints]]


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Records in the order of a key's values, and the blocks of two and more who hold one."""

    rows: npt.NDArray[np.int32]
    starts: Ints
    sizes: Ints
    crowded: npt.NDArray[np.bool_]

    def pairs(self) -> Iterator[Ints]:
        """Yield pairs of those who meet, each as ``low << 32 | high``."""
        starts, sizes = self.starts[~self.crowded], self.sizes[~self.crowded]
        for apart in range(1, int(sizes.max(initial=1))):
            more = sizes > apart
            starts, sizes = starts[more], sizes[more]
            where = _ranges(starts, sizes - apart)
            one, two = self.rows[where], self.rows[where + apart]
            yield (np.minimum(one, two).astype(np.int64) << 32) | np.maximum(one, two)

    def left(self) -> npt.NDArray[np.int32]:
        """Return the records of blocks that are too large, in order."""
        return np.sort(self.rows[_ranges(self.starts[self.crowded], self.sizes[self.crowded])])


def _blocks(key: Key, held: tuple[Hashes, Ints] | None) -> _Blocks:
    rows, values = _shared(key)
    order = np.argsort(values)
    rows, values = rows[order], values[order]
    changes = np.concatenate(([True], values[1:] != values[:-1], [True]))
    starts = np.flatnonzero(changes if len(values) else changes[:0])
    sizes = np.diff(starts)
    starts = starts[:-1][sizes > 1]
    whole = sizes = sizes[sizes > 1]
    if held is not None and len(starts) and len(held[0]):
        at = np.minimum(np.searchsorted(held[0], values[starts]), len(held[0]) - 1)
        whole = np.where(held[0][at] == values[starts], held[1][at], sizes)
    return _Blocks(rows, starts, sizes, whole > key.most)


def _shared(key: Key) -> tuple[npt.NDArray[np.int32], Hashes]:
    """Leave out most of the values that one record alone holds, before anything is sorted."""
    bits = max(8, len(key.values).bit_length() + 2)
    bucket = (key.values >> np.uint64(64 - bits)).astype(np.int64)
    several = np.bincount(bucket, minlength=1 << bits)[bucket] > 1
    return key.rows[several], key.values[several]


def meet(key: Key, held: tuple[Hashes, Ints] | None = None) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Return the pairs of one key, each as ``low << 32 | high``, and whose value is too common.

    Args:
        key: The key.
        held: How many hold a value, where there are more holders than in ``key``.
    """
    blocks = _blocks(key, held)
    return np.concatenate([np.zeros(0, np.int64), *blocks.pairs()]), blocks.left()


def distinct(pairs: Ints) -> Ints:
    """Return distinct numbers, sorted; numpy's own way hashes and is slower."""
    pairs.sort()
    return pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))] if len(pairs) else pairs


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the numbers start, start+1, ... of each range, one range after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths)


def crowds(key: Key) -> tuple[Hashes, Ints]:
    """Return the values with more holders than may meet by them, and how many those are."""
    values, held = np.unique(_shared(key)[1], return_counts=True)
    return values[held > key.most], held[held > key.most]


def candidates(frame: Frame, held: Held | None = None) -> Pairs:
    """Return the distinct pairs of records that share a key.

    Args:
        frame: The records.
        held: How many hold a value of each key, where more do than these records, and too many.
    """

    def met(key: Key) -> tuple[Ints, npt.NDArray[np.int32]]:
        return meet(key, held[key.name] if held else None)

    found = ways(frame)
    broad, fine = ([w for w in found if bool(w.beyond) == refines] for refines in (False, True))
    first = abreast(lambda way: met(way.key()), broad)
    crowded = {way.name: rows for way, (_, rows) in zip(broad, first, strict=True)}
    second = abreast(lambda way: met(way.key(crowded[way.beyond])), fine)
    third = abreast(met, _own_keys(frame))
    pairs = distinct(np.concatenate([pairs for pairs, _ in (*first, *second, *third)]))
    one, two = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    apart = one != two
    return one[apart], two[apart]
