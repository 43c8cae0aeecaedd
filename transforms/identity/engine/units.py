"""Records that say exactly the same are one unit: what is decided of one holds for all."""

from __future__ import annotations

import dataclasses

import numpy as np

from transforms.identity.engine import hashes
from transforms.identity.engine.columns import Column, Hashes, Ints
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.names import Names


def contents(frame: Frame) -> Hashes:
    """Return a hash of everything a record says."""
    names = frame.names
    parts = [
        hashes.of_codes(c, names.hashed)
        for c in (names.given, names.family, *names.extras.T, *names.hints.T)
    ]
    parts += [
        hashes.of_column(getattr(frame, field.name))
        for field in dataclasses.fields(Frame)
        if isinstance(getattr(frame, field.name), Column)
    ]
    birth = frame.year * 10000 + frame.month * 100 + frame.day
    parts.append(hashes.numbers((birth * 10 + names.generation) * 4 + names.script))
    out = np.full(frame.count, hashes.ODD, dtype=np.uint64)
    for number, part in enumerate(parts):
        out = (out ^ (part + np.uint64(number))) * hashes.ODD
        out ^= out >> hashes.SHIFT
    return out | np.uint64(1)


def distinct(content: Hashes) -> tuple[Hashes, Ints, Ints]:
    """Return distinct contents in order, a record of each, and each record's place among them."""
    order = np.argsort(content)
    ordered = content[order]
    fresh = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)]
    unit = np.empty(len(content), dtype=np.int64)
    unit[order] = np.cumsum(fresh) - 1
    return ordered[fresh], order[fresh], unit


def taken(frame: Frame, rows: Ints) -> Frame:
    """Return a frame of some rows; dictionaries stay whole."""
    changes: dict[str, object] = {"count": len(rows)}
    for field in dataclasses.fields(Frame):
        value = getattr(frame, field.name)
        if isinstance(value, Column):
            changes[field.name] = dataclasses.replace(value, codes=value.codes[rows])
        elif isinstance(value, np.ndarray):
            changes[field.name] = value[rows]
        elif isinstance(value, Names):
            parts = ("given", "family", "extras", "generation", "hints", "script")
            some = {name: getattr(value, name)[rows] for name in parts}
            changes[field.name] = dataclasses.replace(value, **some)
    return dataclasses.replace(frame, **changes)
