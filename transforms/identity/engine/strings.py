"""Many texts as one run of bytes: cut and cleaned without an object for each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int32]
Places = npt.NDArray[np.integer]


def parts(values: pa.Array) -> tuple[Offsets, Bytes]:
    """Return where the bytes of each text begin and end, and the bytes."""
    if not len(values):
        return np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    buffers = values.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int32)[
        values.offset : values.offset + len(values) + 1
    ]
    data = np.frombuffer(buffers[2] or b"", dtype=np.uint8)
    return offsets - offsets[0], data[offsets[0] : offsets[-1]]


def whole(offsets: Places, data: Bytes) -> pa.Array:
    """Return texts of bytes."""
    return pa.StringArray.from_buffers(
        len(offsets) - 1,
        pa.py_buffer(np.ascontiguousarray(offsets, dtype=np.int32)),
        pa.py_buffer(np.ascontiguousarray(data)),
    )


def without(offsets: Offsets, data: Bytes, places: Places) -> tuple[Offsets, Bytes]:
    """Return texts without the bytes at some places, which are in order."""
    if not len(places):
        return offsets, data
    fewer = np.searchsorted(places, offsets).astype(np.int32)
    return offsets - fewer, np.delete(data, places)


def between(data: Bytes, starts: Places, ends: Places) -> tuple[Offsets, Bytes]:
    """Return texts that begin and end at places of ``data``, one after the other."""
    step = np.zeros(len(data) + 1, dtype=np.int8)
    filled = ends > starts
    # Where one ends another may begin: each place is met once as a start and once as an end.
    step[starts[filled]] += 1
    step[ends[filled]] -= 1
    offsets = np.zeros(len(starts) + 1, dtype=np.int32)
    np.cumsum(np.where(filled, ends - starts, 0), out=offsets[1:])
    return offsets, data[np.cumsum(step[:-1], dtype=np.int8).view(bool)]


def first(places: Places, offsets: Places) -> Places:
    """Return the first of ``places`` in each text; where there is none, where the text ends."""
    if not len(places):
        return offsets[1:]
    at = np.minimum(np.searchsorted(places, offsets[:-1]), len(places) - 1)
    found = places[at]
    return np.where((found >= offsets[:-1]) & (found < offsets[1:]), found, offsets[1:])


def last(places: Places, offsets: Places) -> Places:
    """Return the last of ``places`` in each text; where there is none, one before it begins."""
    if not len(places):
        return offsets[:-1] - 1
    found = places[np.maximum(np.searchsorted(places, offsets[1:]) - 1, 0)]
    inside = (found >= offsets[:-1]) & (found < offsets[1:])
    return np.where(inside, found, offsets[:-1] - 1)
