"""Names as systems keep them -> a given name, a family name and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.columns import Codes, Column, shared, through
from transforms.identity.engine.text import fold
from transforms.identity.engine.vocabulary import NOBODY, PARTICLES, PLACEHOLDERS, TITLES
from transforms.identity.engine.words import Words, split

GENERATIONS = {"jr": 1, "junior": 1, "sr": 2, "senior": 2, "ii": 3, "iii": 4, "iv": 5}
UNNAMED = frozenset([*TITLES, *PLACEHOLDERS])

EXTRAS = 4


@dataclass(frozen=True, slots=True)
class Names:
    """Names of records, as places in ``words``.

    Attributes:
        words: Distinct words of names in alphabetical order.
        given: The first given name or its initial.
        family: The family name, its parts written as one word.
        extras: [record, 4] further words, such as middle names and the parts of family names.
        generation: 1 junior, 2 senior, 3 the second ...; 0 is unknown.
        hints: [record, 3] words of the e-mail address: a first, a last, and one run together.
    """

    words: pa.Array
    given: Codes
    family: Codes
    extras: npt.NDArray[np.int32]
    generation: npt.NDArray[np.uint8]
    hints: npt.NDArray[np.int32]


def read_names(first: Column, last: Column, full: Column, local: Column) -> Names:
    """Read the names of records; a full name counts where the parts are missing."""
    one = _part(first)
    two = _part(last)
    three = _full(full)
    hinted = _hints(local)
    dictionary, codes = shared(*one, *two, *three, *hinted)
    f_given, _, f_x1, f_x2, _ = (through(first.codes, c) for c in codes[:5])
    l_given, l_family, l_x1, l_x2, _ = (through(last.codes, c) for c in codes[5:10])
    given, family, x1, x2, x3 = (through(full.codes, c) for c in codes[10:15])
    parted = (f_given >= 0) | (l_family >= 0)
    # Only one of the fields is filled and holds two words: it is the whole name.
    in_first = (l_family < 0) & (f_x1 >= 0) & (given < 0)
    in_last = (f_given < 0) & (l_x1 >= 0) & (given < 0)
    g = np.where(parted, np.where(in_last, l_given, f_given), given)
    f = np.where(parted, np.where(in_first, f_x1, np.where(in_last, l_x1, l_family)), family)
    # X X is nobody.
    letters = np.append(pc.binary_length(dictionary).to_numpy(zero_copy_only=False) < 2, False)
    nobody = letters[g] & (g == f)
    g, f = np.where(nobody, -1, g), np.where(nobody, -1, f)
    columns = [given, family, x1, x2, x3, f_x1, f_x2, l_x1, l_x2]
    extras = _extras(g, f, columns)
    generation = np.maximum.reduce([_generation(c) for c in (first, last, full)])
    hints = np.stack([through(local.codes, c) for c in codes[15:]], axis=1)
    g, f = g.astype(np.int32), f.astype(np.int32)
    return Names(dictionary, g, f, extras, generation, hints)


def _hints(local: Column) -> tuple[pa.Array, ...]:
    """Read words of the part of an e-mail address before the @: its first, its last, its only."""
    words = split(fold(pc.replace_substring_regex(local.values, "[0-9]+", " ")))
    many, nothing = pa.array(words.lengths > 1), pa.scalar(None, pa.string())
    first, last = words.at(0), words.at(-1)
    return (
        pc.if_else(many, first, nothing), pc.if_else(many, last, nothing),
        pc.if_else(many, nothing, first),
    )  # fmt: skip


def _generation(column: Column) -> npt.NDArray[np.uint8]:
    """Return which of father and son is meant, where the name tells; a first word is a title."""
    words = split(fold(column.values))
    told = pc.index_in(words.values, value_set=pa.array(list(GENERATIONS))).fill_null(-1)
    number = np.array([*GENERATIONS.values(), 0], dtype=np.uint8)[told.to_numpy()]
    each = number[words.codes] if len(number) else np.zeros(0, np.uint8)
    starts = words.offsets[:-1]
    if len(each):
        each[starts[words.lengths > 0]] = 0
    out = np.zeros(len(words), dtype=np.uint8)
    filled = np.flatnonzero(words.lengths > 0)
    if len(filled):
        out[filled] = np.maximum.reduceat(each, starts[filled])
    return np.where(
        column.codes < 0, 0, out[np.maximum(column.codes, 0)] if len(out) else 0
    ).astype(np.uint8)


def _named(values: pa.Array) -> Words:
    """Part names into words, without titles; placeholders, and whoever is only initials, go."""
    words = split(fold(values))
    nobody = pc.is_in(words.values, value_set=pa.array(sorted(NOBODY))).to_numpy(
        zero_copy_only=False
    )
    long = pc.greater(pc.binary_length(words.values), 1).to_numpy(zero_copy_only=False)
    text = np.repeat(np.arange(len(words)), words.lengths)
    anonymous = np.bincount(text, weights=nobody[words.codes], minlength=len(words)) > 0
    lettered = np.bincount(text, weights=long[words.codes], minlength=len(words)) > 0
    initials = ~lettered & (words.lengths > 1)
    return words.keep(~(anonymous | initials)[text]).without(UNNAMED)


def _part(column: Column) -> tuple[pa.Array, ...]:
    words = _named(column.values)
    alone = pa.array(words.lengths < 2)
    nothing = pa.scalar(None, pa.string())
    family = pc.if_else(alone, nothing, words.joined())
    return (
        words.at(0), words.joined(), pc.if_else(alone, nothing, words.at(-1)),
        pc.if_else(alone, nothing, words.at(-2)), family,
    )  # fmt: skip


def _full(column: Column) -> tuple[pa.Array, ...]:
    """Read whole names: given, family, and the words between."""
    values = pc.replace_substring_regex(column.values, r"^([^,]*),([^,]*)$", r"\2 \1")
    words = _named(values)
    size, nothing = words.lengths, pa.scalar(None, pa.string())
    last = pc.if_else(pa.array(size > 1), words.at(-1), nothing)
    before = words.at(-2)
    particle = pc.and_(pc.is_in(before, value_set=pa.array(sorted(PARTICLES))), pa.array(size > 2))
    joined = pc.binary_join_element_wise(before, last, "")
    return (
        words.at(0), pc.if_else(particle.fill_null(fill_value=False), joined, last),
        pc.if_else(pa.array(size > 2), words.at(1), nothing),
        pc.if_else(pa.array(size > 3), before, nothing), last,
    )  # fmt: skip


def _extras(given: Codes, family: Codes, columns: list[Codes]) -> npt.NDArray[np.int32]:
    out = np.full((len(given), EXTRAS), -1, dtype=np.int32)
    filled = np.zeros(len(given), dtype=np.int64)
    for column in columns:
        fresh = (column >= 0) & (column != given) & (column != family) & (filled < EXTRAS)
        for k in range(EXTRAS):
            fresh &= out[:, k] != column
        rows = np.flatnonzero(fresh)
        out[rows, filled[rows]] = column[rows]
        filled[rows] += 1
    return out
