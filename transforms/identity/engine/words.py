"""Folded texts as words: which word stands where, without a Python object per word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.columns import Codes, Ints


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

    def keep(self, which: npt.NDArray[np.bool_]) -> Words:
        """Keep the words for which ``which`` [word of ``codes``] is true."""
        before = np.concatenate(([0], np.cumsum(which)))
        return Words(before[self.offsets], self.codes[which], self.values)

    def without(self, unwanted: Collection[str]) -> Words:
        """Drop words that are listed."""
        listed = pc.is_in(self.values, value_set=pa.array(sorted(unwanted), pa.string()))
        return self.keep(~listed.to_numpy(zero_copy_only=False)[self.codes])

    def told(self, mapping: Mapping[str, str]) -> Words:
        """Write words as ``mapping`` does; one that becomes empty goes."""
        values = [mapping.get(v, v) for v in self.values.to_pylist()]
        told = Words(self.offsets, self.codes, pa.array(values, pa.string()))
        return told.without([""])

    def shortened(self, most: int) -> Words:
        """Keep the first ``most`` letters of each word."""
        return Words(self.offsets, self.codes, pc.utf8_slice_codeunits(self.values, 0, most))

    def alphabetical(self) -> Words:
        """Put each text's words in alphabetical order."""
        order = pc.sort_indices(self.values).to_numpy()
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        text = np.repeat(np.arange(len(self)), self.lengths)
        return Words(self.offsets, self.codes[np.lexsort((rank[self.codes], text))], self.values)

    def at(self, place: int) -> pa.Array:
        """Return each text's word at ``place``, -1 for the last; null where there is none."""
        enough = self.lengths >= (place + 1 if place >= 0 else -place)
        where = self.offsets[:-1] + place if place >= 0 else self.offsets[1:] + place
        codes = np.where(
            enough, self.codes[np.where(enough, where, 0)] if len(self.codes) else 0, 0
        )
        return self.values.take(pa.array(codes, mask=~enough)) if len(self.values) else _nulls(self)

    def joined(self, separator: str = "") -> pa.Array:
        """Return each text's words joined; null where there are none."""
        if not len(self.values):
            return _nulls(self)
        lists = pa.ListArray.from_arrays(
            pa.array(self.offsets.astype(np.int32)), self.values.take(pa.array(self.codes))
        )
        text = pc.binary_join(lists, separator)
        return pc.if_else(pa.array(self.lengths > 0), text, pa.scalar(None, pa.string()))


def _nulls(words: Words) -> pa.Array:
    return pa.nulls(len(words), pa.string())


def split(folded: pa.Array) -> Words:
    """Part folded texts into words."""
    lists = pc.split_pattern(folded.fill_null(""), " ")
    flat = lists.flatten().dictionary_encode()
    offsets = lists.offsets.to_numpy().astype(np.int64)
    codes = flat.indices.to_numpy().astype(np.int32)
    return Words(offsets, codes, flat.dictionary.cast(pa.string())).without([""])
