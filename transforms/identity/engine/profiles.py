"""What each value says about who holds it: one person, a household, many; common or rare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine.columns import Column
from transforms.identity.engine.commonness import Commonness, Fields
from transforms.identity.engine.frame import Frame

Floats = npt.NDArray[np.float32]
# Of two holders of a value that have a name, how likely they agree on it (negative, to sort).
BOUNDS = (-0.7, -0.45, -0.15)


@dataclass(frozen=True, slots=True)
class Profiles:
    """What is known of values.

    Attributes:
        mailbox: By code: 1 one name, 2 a couple, 3 a family, 4 many, 5 a role's mailbox.
        phone: The same.
        ext: The same.
        rarity: For each field and record, the logarithm of the value's share of its country,
            beside the mean agreement on the field.
        held: For each kind of name and record, how many hold it.
    """

    mailbox: npt.NDArray[np.uint8]
    phone: npt.NDArray[np.uint8]
    ext: npt.NDArray[np.uint8]
    rarity: dict[str, Floats]
    held: dict[str, npt.NDArray[np.int64]]


def profile(frame: Frame, found: Fields, common: Commonness) -> Profiles:
    """Profile a frame's values."""
    initial = _initials(frame)
    mailbox = _sharing(frame.mailbox, initial)
    roles = np.zeros(len(frame.mailbox.values), dtype=bool)
    held = frame.role & (frame.mailbox.codes >= 0)
    roles[frame.mailbox.codes[held]] = True
    # A role's mailbox, unless the data say that it is one person's or that it is many people's.
    mailbox[roles & (mailbox < 4)] = 5
    return Profiles(
        mailbox=mailbox,
        phone=_sharing(frame.phone, initial),
        ext=_sharing(frame.ext, initial),
        rarity={f: common[f].rarity(found.where(f), v) for f, v in found.values.items()},
        held={f: common[f].held(found.where(f), found.values[f]) for f in ("given", "family")},
    )


def _initials(frame: Frame) -> npt.NDArray[np.int64]:
    """Return the first letter of each record's given name; -1 is unknown."""
    words = frame.names.words
    if not len(words):
        return np.full(frame.count, -1, dtype=np.int64)
    offsets = np.frombuffer(words.buffers()[1], dtype=np.int32)[words.offset : words.offset + len(words) + 1]
    letters = np.frombuffer(words.buffers()[2], dtype=np.uint8)[offsets[:-1]]
    given = frame.names.given
    return np.where(given >= 0, letters[given].astype(np.int64), -1)


def _sharing(column: Column, initial: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return levels by how likely two holders with a name are to have one first letter."""
    held = (column.codes >= 0) & (initial >= 0)
    distinct, counts = np.unique(column.codes[held].astype(np.int64) * 256 + initial[held], return_counts=True)
    value = distinct // 256
    total = np.bincount(value, weights=counts, minlength=len(column.values))
    squares = np.bincount(value, weights=counts.astype(float) ** 2, minlength=len(column.values))
    agreement = np.divide(squares, total**2, out=np.ones(len(total)), where=total > 0)
    return (1 + np.searchsorted(BOUNDS, -agreement, side="left")).clip(1, 4).astype(np.uint8)
