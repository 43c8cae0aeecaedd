"""How common each value is, learned once and kept: rare values weigh more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine import hashes
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.hashes import Hashes

Floats = npt.NDArray[np.float32]
LOCAL = ("given", "family", "word", "postcode", "city")
GLOBAL = ("company", "job", "dob", "locale")


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


def count(place: Hashes, value: Hashes) -> Counts:
    """Count values by country."""
    known = value != 0
    values, counts = np.unique(hashes.mixed(place[known], value[known]), return_counts=True)
    places, totals = np.unique(place[known], return_counts=True)
    agree = float((counts.astype(float) ** 2).sum() / max(1.0, (totals.astype(float) ** 2).sum()))
    return Counts(values, counts, places, totals, float(np.log(max(agree, 1e-9))))


@dataclass(frozen=True, slots=True)
class Fields:
    """A frame's values as hashes, by field, and its countries; 0 is unknown."""

    values: dict[str, Hashes]
    place: Hashes
    nowhere: Hashes
    words: Hashes

    def where(self, field: str) -> Hashes:
        """Return what a field's values are counted by: the country, or the whole world."""
        return self.place if field in LOCAL else self.nowhere


def fields(frame: Frame) -> Fields:
    """Hash the values that are counted."""
    words = frame.names.hashed
    place = hashes.of_column(frame.locale)
    birth = frame.year * 10000 + frame.month * 100 + frame.day
    return Fields(
        values={
            "given": hashes.of_codes(frame.names.given, words),
            "family": hashes.of_codes(frame.names.family, words),
            "postcode": hashes.of_column(frame.postcode),
            "city": hashes.of_column(frame.city),
            "company": hashes.of_column(frame.company),
            "job": hashes.of_column(frame.job),
            "dob": hashes.numbers(birth),
            "locale": place,
        },
        place=np.where(place == 0, np.uint64(1), place),
        nowhere=np.ones(frame.count, dtype=np.uint64),
        words=words,
    )


Commonness = dict[str, Counts]


def learn(found: Fields, names: npt.NDArray[np.int32]) -> Commonness:
    """Count every field; ``word`` counts all words of names [record, word]."""
    out = {f: count(found.where(f), v) for f, v in found.values.items()}
    rows, columns = np.nonzero(names >= 0)
    word = found.words[names[rows, columns]] if len(found.words) else np.zeros(0, np.uint64)
    out["word"] = count(found.place[rows], word)
    return out
