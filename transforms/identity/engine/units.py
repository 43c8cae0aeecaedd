"""Records that say exactly the same are one unit: what is decided of one holds for all."""

from __future__ import annotations

import dataclasses

import numpy as np

from transforms.identity.engine import hashes
from transforms.identity.engine.columns import Column, Ints
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.hashes import Hashes
from transforms.identity.engine.names import Names


def contents(frame: Frame) -> Hashes:
    """Return a hash of everything a record says."""
    word = hashes.of_values(frame.names.words)
    names = frame.names
    parts = [
        hashes.of_codes(c, word)
        for c in (names.given, names.family, *names.extras.T, *names.hints.T)
    ]
    parts += [
        hashes.of_column(getattr(frame, field.name))
        for field in dataclasses.fields(Frame)
        if isinstance(getattr(frame, field.name), Column)
    ]
    birth = frame.year * 10000 + frame.month * 100 + frame.day
    parts.append(hashes.numbers(birth * 10 + names.generation))
    out = np.full(frame.count, hashes.ODD, dtype=np.uint64)
    for number, part in enumerate(parts):
        out = (out ^ (part + np.uint64(number))) * hashes.ODD
        out ^= out >> hashes.SHIFT
    return out | np.uint64(1)


def taken(frame: Frame, rows: Ints) -> Frame:
    """Return a frame of some rows; dictionaries stay whole."""
    changes: dict[str, object] = {"count": len(rows)}
    for field in dataclasses.fields(Frame):
        value = getattr(frame, field.name)
        if isinstance(value, Column):
            changes[field.name] = Column(value.codes[rows], value.values)
        elif isinstance(value, np.ndarray):
            changes[field.name] = value[rows]
        elif isinstance(value, Names):
            n = value
            changes[field.name] = Names(
                n.words,
                n.given[rows],
                n.family[rows],
                n.extras[rows],
                n.generation[rows],
                n.hints[rows],
            )
    return dataclasses.replace(frame, **changes)
