"""How common each value is, learned once and kept: rare values weigh more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from transforms.identity.engine import hashes
from transforms.identity.engine.columns import NONE, Codes, Hashes, distinct
from transforms.identity.engine.frame import Frame

Floats = npt.NDArray[np.float32]
Kind = TypeVar("Kind", bound=np.generic)
ANYWHERE = np.uint64(1)
NOT_NONE = np.int32(1)
# One more than there are, for what is none.
MONTHS, DAYS = 14, 33
LOCAL = ("given", "family", "postcode", "city")
GLOBAL = ("company", "job", "dob", "locale")


@dataclass(frozen=True, slots=True)
class Cells:
    """One field's values by country: what is counted.

    Attributes:
        of: Each record's cell; -1 is unknown.
        place: Each cell's country, hashed.
        value: Each cell's value, hashed.
    """

    of: Codes
    place: Hashes
    value: Hashes

    def spread(self, each: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
        """Return what is true of each record's cell; nought for unknown."""
        return np.append(each, each.dtype.type(0))[self.of]


@dataclass(frozen=True, slots=True)
class Counts:
    """Values of one field, hashed together with the country: sorted hashes and their counts.

    Attributes:
        values: Sorted hashes of (country, value).
        counts: How many records hold each.
        places: Sorted hashes of countries.
        totals: How many records of each country hold any.
        mean: Logarithm of the chance that two records of one country agree.
    """

    values: Hashes
    counts: npt.NDArray[np.int64]
    places: Hashes
    totals: npt.NDArray[np.int64]
    mean: float

    def held(self, place: Hashes, value: Hashes) -> npt.NDArray[np.int64]:
        """Return how many records hold a value; 0 if it was not there when this was learned."""
        return _find(self.values, self.counts, hashes.mixed(place, value))

    def rarity(self, place: Hashes, value: Hashes) -> Floats:
        """Return the logarithm of a value's share, beside the mean agreement; 0 for no value."""
        total = np.maximum(_find(self.places, self.totals, place), 1)
        share = np.maximum(self.held(place, value), 1) / np.maximum(total, 2)
        return np.where(value == 0, 0, np.log(share) - self.mean).astype(np.float32)


def _find(table: Hashes, counts: npt.NDArray[np.int64], wanted: Hashes) -> npt.NDArray[np.int64]:
    if not len(table):
        return np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    return np.where(table[at] == wanted, counts[at], 0)


def count(cells: Cells) -> Counts:
    """Count values by country."""
    held = np.bincount(cells.of + 1, minlength=len(cells.value) + 1)[1:]
    kept = np.flatnonzero(held)
    values = hashes.mixed(cells.place[kept], cells.value[kept])
    order = np.argsort(values)
    counts = held[kept][order]
    places, which = np.unique(cells.place[kept], return_inverse=True)
    totals = np.bincount(which, weights=held[kept], minlength=len(places)).astype(np.int64)
    agree = float((counts.astype(float) ** 2).sum() / max(1.0, (totals.astype(float) ** 2).sum()))
    return Counts(values[order], counts, places, totals, float(np.log(max(agree, 1e-9))))


@dataclass(frozen=True, slots=True)
class Fields:
    """A frame's values, ready to be counted.

    Attributes:
        frame: The records.
        place: Each record's country, hashed; 1 is unknown.
        words: A hash of each word of names.
    """

    frame: Frame
    place: Hashes
    words: Hashes

    def cells(self, field: str) -> Cells:
        """Return a field's values by country, or in the whole world."""
        codes, table = self._coded(field)
        if field in LOCAL:
            return self._cells(codes, table, self.frame.locale.codes)
        known, which = distinct(codes + NOT_NONE, len(table) + 1)
        lost = int(len(known) > 0 and known[0] == 0)
        value = table[known[lost:] - 1]
        return Cells(which - np.int32(lost), np.full(len(value), ANYWHERE), value)

    def words_of_names(self) -> Cells:
        """Return the words of all names, wherever in a name they stand; one row a word."""
        names = self.frame.names
        columns = [names.given, names.family, *names.extras.T]
        rows = [np.flatnonzero(column >= 0) for column in columns]
        codes = [column[known] for column, known in zip(columns, rows, strict=True)]
        where = self.frame.locale.codes[np.concatenate(rows)]
        return self._cells(np.concatenate(codes), self.words, where)

    def _coded(self, field: str) -> tuple[Codes, Hashes]:
        if field in ("given", "family"):
            return getattr(self.frame.names, field), self.words
        if field == "dob":
            return births(self.frame)
        column = getattr(self.frame, field)
        return column.codes, hashes.table(column)

    def _cells(self, codes: Codes, table: Hashes, where: Codes) -> Cells:
        places = np.append(hashes.table(self.frame.locale), ANYWHERE)
        known = codes >= 0
        place = np.where(where < 0, len(places) - 1, where)[known]
        key = codes[known].astype(np.int64) * len(places) + place
        cell, which = distinct(key, len(table) * len(places))
        of = np.full(len(codes), NONE)
        of[known] = which
        return Cells(of, places[cell % len(places)], table[cell // len(places)])


def fields(frame: Frame) -> Fields:
    """Return the values that are counted."""
    place = hashes.of_column(frame.locale)
    return Fields(frame, np.where(place == 0, ANYWHERE, place), frame.names.hashed)


def births(frame: Frame) -> tuple[Codes, Hashes]:
    """Return each record's birthday as a code, and the hash of each code."""
    month, day = np.minimum(frame.month, MONTHS - 1), np.minimum(frame.day, DAYS - 1)
    key = (frame.year.astype(np.int64) * MONTHS + month) * DAYS + day
    births, codes = distinct(key, int(key.max(initial=0)) + 1)
    year, month, day = births // (MONTHS * DAYS), births // DAYS % MONTHS, births % DAYS
    table = hashes.numbers(year * 10000 + month * 100 + day)
    return np.where(table[codes] == 0, NONE, codes), table


Commonness = dict[str, Counts]


def learn(found: Fields) -> Commonness:
    """Count every field; ``word`` counts all words of names."""
    out = {field: count(found.cells(field)) for field in (*LOCAL, *GLOBAL)}
    return out | {"word": count(found.words_of_names())}
