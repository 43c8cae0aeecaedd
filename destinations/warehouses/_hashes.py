"""The hashes of a whole table in memory, at 16 bytes a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Key = tuple[str, ...]
Numbers = npt.NDArray[np.int64]


class Hashes:
    """Key -> ``_hash`` of every row, found by Python's own 64-bit hash of the key.

    Two keys may share that number, once in some 10**19 pairs. A key that is not in the table
    could then be given another row's ``_hash``; it would do harm only if the row's content had
    that same 64-bit hash as well.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Read ``batches`` of key columns (text) followed by ``_hash``."""
        places, hashes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for batch in batches:
            *keys, found = batch.columns
            places.append(_places(list(zip(*(k.to_pylist() for k in keys), strict=True))))
            hashes.append(found.to_numpy(zero_copy_only=False).astype(np.int64))
        unsorted = np.concatenate(places)
        order = np.argsort(unsorted)
        self._places, self._hashes = unsorted[order], np.concatenate(hashes)[order]

    def of(self, keys: Sequence[Key]) -> dict[Key, int]:
        """Return the hashes of those ``keys`` that exist."""
        if not len(self._places) or not keys:
            return {}
        wanted = _places(keys)
        at = np.searchsorted(self._places, wanted).clip(max=len(self._places) - 1)
        exists = self._places[at] == wanted
        found = self._hashes[at].tolist()
        return {k: h for k, h, there in zip(keys, found, exists.tolist(), strict=True) if there}


def _places(keys: Sequence[Key]) -> Numbers:
    return np.fromiter(map(hash, keys), np.int64, count=len(keys))
