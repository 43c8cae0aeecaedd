"""Which pairs of records are worth comparing: those that share a rare enough key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine import hashes
from transforms.identity.engine.abreast import abreast
from transforms.identity.engine.columns import Ints
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.hashes import Hashes

Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Key:
    """One way to meet: records ``rows`` hold ``values``; blocks above ``most`` are too common."""

    name: str
    rows: npt.NDArray[np.int32]
    values: Hashes
    most: int


def phonetic(words: pa.Array) -> pa.Array:
    """Return how words sound, roughly: the first letter and the classes of its consonants."""
    text = pc.replace_substring_regex(words, "ph", "f")
    text = pc.replace_substring_regex(text, "^(ts|cz|tsch|tch|ch|sch|sh)", "s")
    text = pc.replace_substring_regex(text, "^(c|q)", "k")
    text = pc.replace_substring_regex(text, "^(w)", "v")
    text = pc.replace_substring_regex(text, "^(j|i)", "y")
    first = pc.utf8_slice_codeunits(text, 0, 1)
    rest = pc.utf8_slice_codeunits(text, 1, 30)
    for letters, sound in (
        ("[aeiouyhw]+", ""), ("[bfpv]+", "1"), ("[cgjkqsxz]+", "2"), ("[dt]+", "3"),
        ("l+", "4"), ("[mn]+", "5"), ("r+", "6"),
    ):  # fmt: skip
        rest = pc.replace_substring_regex(rest, letters, sound)
    return pc.binary_join_element_wise(first, pc.utf8_slice_codeunits(rest, 0, 3), "")


def keys(frame: Frame) -> Iterator[Key]:
    """Yield the keys of records by which persons can meet."""
    word = frame.names.hashed
    given = hashes.of_codes(frame.names.given, word)
    family = hashes.of_codes(frame.names.family, word)
    sound = hashes.of_values(phonetic(frame.names.words))
    s_given = hashes.of_codes(frame.names.given, sound)
    s_family = hashes.of_codes(frame.names.family, sound)
    first = hashes.of_codes(
        frame.names.given, hashes.of_values(pc.utf8_slice_codeunits(frame.names.words, 0, 1))
    )
    mail, local = hashes.of_column(frame.mailbox), hashes.of_column(frame.local)
    phone, ext = hashes.of_column(frame.phone), hashes.of_column(frame.ext)
    postcode, city = hashes.of_column(frame.postcode), hashes.of_column(frame.city)
    street = hashes.mixed(hashes.of_column(frame.street), hashes.of_column(frame.number))
    company = hashes.of_column(frame.company)
    whole = (frame.month > 0) & (frame.day > 0) & (frame.year > 0)
    dob = hashes.numbers(np.where(whole, frame.year * 10000 + frame.month * 100 + frame.day, 0))
    year = hashes.numbers(frame.year)
    name = np.where((given > 0) & (family > 0), given ^ family, np.uint64(0)) * hashes.ODD
    simple: list[tuple[str, Hashes, int]] = [
        ("mailbox", mail, 60),
        ("mailbox given", hashes.mixed(mail, first), 60),
        ("mailbox family", hashes.mixed(mail, family), 60),
        ("phone", phone, 60),
        ("phone given", hashes.mixed(phone, first), 60),
        ("phone family", hashes.mixed(phone, family), 60),
        ("ext", ext, 40),
        ("local", local, 15),
        ("name", name, 25),
        ("name postcode", hashes.mixed(name, postcode), 40),
        ("name city", hashes.mixed(name, city), 40),
        ("name year", hashes.mixed(name, year), 40),
        ("name company", hashes.mixed(name, company), 40),
        ("family postcode", hashes.mixed(family, postcode), 30),
        ("given postcode", hashes.mixed(given, postcode, salt=1), 20),
        ("street", street, 25),
        ("street given", hashes.mixed(street, first), 40),
        ("dob", dob, 10),
        ("dob postcode", hashes.mixed(dob, postcode), 40),
        ("dob city", hashes.mixed(dob, city), 40),
        ("sounds", hashes.mixed(s_given, s_family), 12),
        ("sounds year", hashes.mixed(s_given, s_family, year), 30),
        ("family city", hashes.mixed(s_family, first, city), 25),
        ("sound postcode", hashes.mixed(s_family, postcode), 25),
    ]
    for label, values, most in simple:
        rows = np.flatnonzero(values).astype(np.int32)
        yield Key(label, rows, values[rows], most)
    alone = (frame.names.given < 0) & (frame.names.family < 0) & (frame.company.codes >= 0)
    rows = np.flatnonzero(alone).astype(np.int32)
    letters = hashes.of_column(frame.letters)
    for number, (name, place) in enumerate(
        ((company, postcode), (company, city), (letters, postcode), (letters, city))
    ):
        values = hashes.mixed(name[rows], place[rows], salt=number % 4)
        yield Key(f"company {number}", rows[values > 0], values[values > 0], 40)
    yield from _word_keys(frame, word, {"dob": (dob, 40), "postcode": (postcode, 30)})


def _word_keys(
    frame: Frame, word: Hashes, with_what: dict[str, tuple[Hashes, int]]
) -> Iterator[Key]:
    """Yield keys of any word of a name with something else: aliases, swapped and double names."""
    columns = [frame.names.given, frame.names.family, *frame.names.extras.T]
    for label, (other, most) in with_what.items():
        rows, values = [], []
        for column in columns:
            mixed = hashes.mixed(hashes.of_codes(column, word), other, salt=2)
            found = np.flatnonzero(mixed).astype(np.int32)
            rows.append(found)
            values.append(mixed[found])
        yield _once(Key(f"word {label}", np.concatenate(rows), np.concatenate(values), most))


def _once(key: Key) -> Key:
    """Let a record that holds a value twice hold it once."""
    order = np.lexsort((key.rows, key.values))
    rows, values = key.rows[order], key.values[order]
    fresh = np.concatenate(([True], (values[1:] != values[:-1]) | (rows[1:] != rows[:-1])))[
        : len(rows)
    ]
    return Key(key.name, rows[fresh], values[fresh], key.most)


# For each key, by its name: sorted hashes of values and how many units hold each.
Held = dict[str, tuple[Hashes, Ints]]


def meet(key: Key, held: tuple[Hashes, Ints] | None = None) -> Ints:
    """Return the pairs of one key, each as ``low << 32 | high``.

    Args:
        key: The key.
        held: How many hold each value, where there are more holders than in ``key``.
    """
    order = np.argsort(key.values, kind="stable")
    values, rows = key.values[order], key.rows[order].astype(np.int64)
    starts = (
        np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
        if len(values)
        else np.zeros(0, np.int64)
    )
    sizes = np.diff(np.append(starts, len(values)))
    whole = sizes
    if held is not None and len(starts) and len(held[0]):
        at = np.minimum(np.searchsorted(held[0], values[starts]), len(held[0]) - 1)
        whole = np.where(held[0][at] == values[starts], held[1][at], sizes)
    fit = (sizes > 1) & (whole <= key.most)
    starts, sizes = starts[fit], sizes[fit]
    found = []
    for apart in range(1, int(sizes.max(initial=1))):
        more = sizes > apart
        starts, sizes = starts[more], sizes[more]
        where = _ranges(starts, sizes - apart)
        one, two = rows[where], rows[where + apart]
        found.append((np.minimum(one, two) << 32) | np.maximum(one, two))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def distinct(pairs: Ints) -> Ints:
    """Return distinct numbers, sorted; numpy's own way hashes and is slower."""
    pairs.sort()
    return pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))] if len(pairs) else pairs


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the numbers start, start+1, ... of each range, one range after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths)


def candidates(frame: Frame, held: Held | None = None) -> Pairs:
    """Return the distinct pairs of records that share a key.

    Args:
        frame: The records.
        held: How many hold each value of each key; None counts these records.
    """
    met = abreast(lambda key: meet(key, held[key.name] if held else None), keys(frame))
    pairs = distinct(np.concatenate(met))
    one, two = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    apart = one != two
    return one[apart], two[apart]
