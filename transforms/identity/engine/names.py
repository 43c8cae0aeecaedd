"""Names as systems keep them -> a given name, a family name and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.columns import NONE, Codes, Column, Hashes, through, united
from transforms.identity.engine.hashes import of_values
from transforms.identity.engine.text import fold
from transforms.identity.engine.vocabulary import NOBODY, PARTICLES, PLACEHOLDERS, TITLES
from transforms.identity.engine.words import Words, split

GENERATIONS = {"jr": 1, "junior": 1, "sr": 2, "senior": 2, "ii": 3, "iii": 4, "iv": 5}
UNNAMED = frozenset([*TITLES, *PLACEHOLDERS])
SPELLED, READ = 1, 2
OTHER_LETTERS = r"[^\p{Latin}\p{Common}\p{Inherited}]"
SIGNS = r"\p{Han}"

EXTRAS = 4


@dataclass(frozen=True, slots=True)
class Names:
    """Names of records, as places in ``words``.

    Attributes:
        words: Distinct words of names in alphabetical order.
        hashed: A hash of each of them.
        given: The first given name or its initial.
        family: The family name, its parts written as one word.
        extras: [record, 4] further words, such as middle names and the parts of family names.
        generation: 1 junior, 2 senior, 3 the second ...; 0 is unknown.
        hints: [record, 2] words of the e-mail address: a first and a last.
        script: Whether it is written as its bearer spells it in Latin letters, as a table spells
            another alphabet (SPELLED), or as one language of several reads the signs (READ).
    """

    words: pa.Array
    hashed: Hashes
    given: Codes
    family: Codes
    extras: npt.NDArray[np.int32]
    generation: npt.NDArray[np.uint8]
    hints: npt.NDArray[np.int32]
    script: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Parts:
    """What distinct first, last and full names say."""

    columns: list[Column]
    generations: list[npt.NDArray[np.uint8]]
    scripts: list[npt.NDArray[np.uint8]]


def read_parts(first: Column, last: Column, full: Column) -> Parts:
    """Read distinct names."""
    texts = [split(fold(column.values)) for column in (first, last)]
    texts.append(split(fold(_straight(full.values))))
    one, two, three = (_named(words) for words in texts)
    columns = [*_part(one), *_part(two), *_full(three)]
    scripts = [_script(column.values) for column in (first, last, full)]
    return Parts(columns, [_generation(words) for words in texts], scripts)


def _script(values: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the script of each value; nought, at the end, is for who has no such name."""
    out = np.zeros(len(values) + 1, dtype=np.uint8)
    for script, letters in ((SPELLED, OTHER_LETTERS), (READ, SIGNS)):
        found = pc.match_substring_regex(values, letters).fill_null(fill_value=False)
        out[:-1][found.to_numpy(zero_copy_only=False)] = script
    return out


def read_hints(local: Column) -> list[Column]:
    """Read words of the part of an e-mail address before the @: its first and its last."""
    words = split(fold(local.values, digits=False))
    many = words.lengths > 1
    return [_where(many, words.at(0)), _where(many, words.at(-1))]


def names_of(
    first: Codes, last: Codes, full: Codes, read: Parts, local: Codes, hints: list[Column]
) -> Names:
    """Put together the names of records; a full name counts where the parts are missing."""
    dictionary, codes = united(*read.columns, *hints)
    f_given, _, f_x1, f_x2 = (through(first, c) for c in codes[:4])
    l_given, l_family, l_x1, l_x2 = (through(last, c) for c in codes[4:8])
    given, family, x1, x2, x3 = (through(full, c) for c in codes[8:13])
    parted = (f_given >= 0) | (l_family >= 0)
    # Only one of the fields is filled and holds two words: it is the whole name.
    in_first = (l_family < 0) & (f_x1 >= 0) & (given < 0)
    in_last = (f_given < 0) & (l_x1 >= 0) & (given < 0)
    g = np.where(parted, np.where(in_last, l_given, f_given), given)
    f = np.where(parted, np.where(in_first, f_x1, np.where(in_last, l_x1, l_family)), family)
    # X X is nobody.
    letters = np.append(pc.binary_length(dictionary).to_numpy(zero_copy_only=False) < 2, False)
    nobody = letters[g] & (g == f)
    g, f = np.where(nobody, NONE, g), np.where(nobody, NONE, f)
    extras = _extras(g, f, [given, family, x1, x2, x3, f_x1, f_x2, l_x1, l_x2])
    fields = (first, last, full)
    generation, script = (
        np.maximum.reduce([each[of] for each, of in zip(told, fields, strict=True)])
        for told in (read.generations, read.scripts)
    )
    hinted = np.stack([through(local, c) for c in codes[13:]], axis=1)
    return Names(dictionary, of_values(dictionary), g, f, extras, generation, hinted, script)


def _generation(words: Words) -> npt.NDArray[np.uint8]:
    """Return which of father and son is meant, where the name tells; a first word is a title.

    Nought, at the end, is for who has no such name.
    """
    told = pc.index_in(words.values, value_set=pa.array(list(GENERATIONS))).fill_null(-1)
    number = np.array([*GENERATIONS.values(), 0], dtype=np.uint8)[told.to_numpy()]
    out = np.zeros(len(words) + 1, dtype=np.uint8)
    if number.any():
        each = number[words.codes]
        each[words.offsets[:-1][words.lengths > 0]] = 0
        found = np.flatnonzero(each)
        np.maximum.at(out, words.texts[found], each[found])
    return out


def _straight(values: pa.Array) -> pa.Array:
    """Put names written as "family, given" in the order of speech."""
    if not pc.any(pc.match_substring(values, ",")).as_py():
        return values
    return pc.replace_substring_regex(values, r"^([^,]*),([^,]*)$", r"\2 \1")


def _named(words: Words) -> Words:
    """Leave out titles and placeholders; who is listed as nobody, or is only initials, goes."""
    nobody = words.listed(NOBODY)
    long = pc.greater(pc.binary_length(words.values), 1).to_numpy(zero_copy_only=False)
    initials = ~words.any(long) & (words.lengths > 1)
    gone = words.any(nobody) | initials
    return words.keep(~np.repeat(gone, words.lengths)).without(UNNAMED)


def _part(words: Words) -> tuple[Column, ...]:
    """Read one part of a name: its first word, all as one, its last and the one before."""
    many = words.lengths > 1
    last, before = (_where(many, words.at(place)) for place in (-1, -2))
    return words.at(0), words.joined(), last, before


def _full(words: Words) -> tuple[Column, ...]:
    """Read whole names: given, family, and the words between."""
    size = words.lengths
    last, before = _where(size > 1, words.at(-1)), words.at(-2)
    particle = np.append(words.listed(PARTICLES), False)[before.codes] & (size > 2)
    with_particle = words.keep(~_inner(words, particle)).of(particle).joined()
    family = last.codes.copy()
    family[particle] = with_particle.codes + len(words.values)
    return (
        words.at(0), Column(family, pa.concat_arrays([words.values, with_particle.values])),
        _where(size > 2, words.at(1)), _where(size > 3, before), last,
    )  # fmt: skip


def _inner(words: Words, which: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell of each word of some texts whether it is before the last two."""
    out = np.repeat(which, words.lengths)
    ends = words.offsets[1:][which]
    out[ends - 1] = out[ends - 2] = False
    return out


def _where(which: npt.NDArray[np.bool_], column: Column) -> Column:
    return Column(np.where(which, column.codes, NONE), column.values)


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
