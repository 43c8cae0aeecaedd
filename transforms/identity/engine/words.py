"""Folded texts as words: which word stands where, without a Python object per word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.columns import NONE, Codes, Column, Ints, encode
from transforms.identity.engine.strings import parts, whole, without
from transforms.identity.engine.text import SPACE

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Words:
    """Texts as words.

    Attributes:
        offsets: [text + 1] where each text's words begin in ``codes``.
        codes: Each word, a place in ``values``.
        values: Distinct words.
    """

    offsets: Ints
    codes: Codes
    values: pa.Array

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Ints:
        """How many words each text has."""
        return np.diff(self.offsets)

    @property
    def texts(self) -> Ints:
        """Which text each word is of."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def keep(self, which: Flags) -> Words:
        """Keep the words for which ``which`` [word of ``codes``] is true."""
        if which.all():
            return self
        before = np.concatenate(([0], np.cumsum(which)))
        return Words(before[self.offsets], self.codes[which], self.values)

    def any(self, which: Flags) -> Flags:
        """Tell of each text whether it has a word for which ``which`` [distinct word] is true."""
        found = np.zeros(len(self), dtype=bool)
        found[self.texts[which[self.codes]]] = True
        return found

    def of(self, which: Flags) -> Words:
        """Keep some texts."""
        lengths = np.where(which, self.lengths, 0)[which]
        kept = np.repeat(which, self.lengths)
        return Words(np.concatenate(([0], np.cumsum(lengths))), self.codes[kept], self.values)

    def listed(self, words: Collection[str]) -> Flags:
        """Tell which distinct words are listed."""
        found = pc.is_in(self.values, value_set=pa.array(sorted(words), pa.string()))
        return np.asarray(found.to_numpy(zero_copy_only=False))

    def without(self, unwanted: Collection[str]) -> Words:
        """Drop words that are listed."""
        return self.keep(~self.listed(unwanted)[self.codes])

    def told(self, mapping: Mapping[str, str]) -> Words:
        """Write words as ``mapping`` does; one that becomes empty goes."""
        known = pa.array(sorted(mapping), pa.string())
        at = pc.index_in(self.values, value_set=known)
        told = pa.array([mapping[k] for k in known.to_pylist()], pa.string())
        values = pc.coalesce(told.take(at), self.values)
        return Words(self.offsets, self.codes, values).without([""])

    def shortened(self, most: int) -> Words:
        """Keep the first ``most`` letters of each word."""
        return Words(self.offsets, self.codes, pc.utf8_slice_codeunits(self.values, 0, most))

    def alphabetical(self) -> Words:
        """Put each text's words in alphabetical order."""
        order = pc.sort_indices(self.values).to_numpy()
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        inside = np.argsort(self.texts * len(order) + rank[self.codes])
        return Words(self.offsets, self.codes[inside], self.values)

    def at(self, place: int) -> Column:
        """Return each text's word at ``place``, -1 for the last; null where there is none."""
        enough = self.lengths >= (place + 1 if place >= 0 else -place)
        where = (self.offsets[:-1] if place >= 0 else self.offsets[1:]) + place
        codes = np.full(len(self), NONE)
        codes[enough] = self.codes[where[enough]]
        return Column(codes, self.values)

    def joined(self, separator: str = "") -> Column:
        """Return each text's words joined; null where there are none."""
        first, many = self.at(0), self.lengths > 1
        if not many.any():
            return first
        long = self.of(many)
        lists = pa.ListArray.from_arrays(
            pa.array(long.offsets.astype(np.int32)), long.values.take(pa.array(long.codes))
        )
        found = encode(pc.binary_join(lists, separator))
        codes = first.codes.copy()
        codes[many] = found.codes + len(self.values)
        return Column(codes, pa.concat_arrays([self.values, found.values]))


def split(folded: pa.Array) -> Words:
    """Part folded texts into words."""
    offsets, data = parts(folded)
    spaces = np.flatnonzero(data == SPACE)
    before = np.searchsorted(spaces, offsets)
    filled = offsets[1:] > offsets[:-1]
    counts = np.diff(before) + filled
    texts, letters = without(offsets, data, spaces)
    ends = [spaces - np.arange(len(spaces)), texts[:-1][filled], texts[-1:]]
    flat = encode(whole(np.sort(np.concatenate(ends)), letters))
    return Words(np.concatenate(([0], np.cumsum(counts))), flat.codes, flat.values)
