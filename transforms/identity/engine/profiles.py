"""What each value says about who holds it: one person, a household, many; common or rare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine import hashes
from transforms.identity.engine.abreast import abreast
from transforms.identity.engine.columns import Column
from transforms.identity.engine.commonness import (
    GLOBAL,
    LOCAL,
    Cells,
    Commonness,
    Counts,
    Fields,
)
from transforms.identity.engine.frame import Frame
from transforms.identity.engine.hashes import Hashes
from transforms.identity.engine.sounds import beginnings

Floats = npt.NDArray[np.float32]
# Of two holders of a value that have a name, how likely they agree on it (negative, to sort).
IDENTIFIERS = ("mailbox", "phone", "ext")
MANY, ROLE = 4, 5
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
    held: dict[str, npt.NDArray[np.int32]]


# For each identifier the distinct hashes of values, and what each is.
Sharing = dict[str, tuple[Hashes, npt.NDArray[np.uint8]]]


def profile(
    frame: Frame, found: Fields, common: Commonness, sharing: Sharing | None = None
) -> Profiles:
    """Profile a frame's values.

    Args:
        frame: The records.
        found: Their values, hashed.
        common: How common values are.
        sharing: What is known of identifiers from records beyond the frame; None counts these.
    """
    if sharing is None:
        initial = initials(frame)
        mailbox, phone, ext = abreast(
            lambda kind: _levels(getattr(frame, kind), initial), IDENTIFIERS
        )
    else:
        mailbox, phone, ext = (_by_code(getattr(frame, k), sharing[k]) for k in IDENTIFIERS)
    roles = np.zeros(len(frame.mailbox.values), dtype=bool)
    held = frame.role & (frame.mailbox.codes >= 0)
    roles[frame.mailbox.codes[held]] = True
    # A role's mailbox, unless the data say that it is one person's or that it is many people's.
    mailbox[roles & (mailbox < MANY)] = ROLE
    counted = (*LOCAL, *GLOBAL)
    return Profiles(
        mailbox=mailbox,
        phone=phone,
        ext=ext,
        rarity=dict(
            zip(
                counted, abreast(lambda f: _rarity(found.cells(f), common[f]), counted), strict=True
            )
        ),
        held={f: _held(found.cells(f), common[f]) for f in ("given", "family")},
    )


def _rarity(cells: Cells, counts: Counts) -> Floats:
    return cells.spread(counts.rarity(cells.place, cells.value))


def _held(cells: Cells, counts: Counts) -> npt.NDArray[np.int32]:
    return cells.spread(counts.held(cells.place, cells.value).astype(np.int32))


def _by_code(column: Column, known: tuple[Hashes, npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    values, level = known
    wanted = hashes.table(column)
    if not len(values):
        return np.ones(len(wanted), dtype=np.uint8)
    at = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return np.where(values[at] == wanted, level[at], 1).astype(np.uint8)


def initials(frame: Frame) -> npt.NDArray[np.int64]:
    """Return how each record's given name begins; -1 is unknown.

    It is told by consonants, so that it is the same in scripts that write no vowels.
    """
    begins = np.append(beginnings(frame.names.words), -1)
    return begins[frame.names.given]


def _levels(column: Column, initial: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return the level of each of a column's distinct values."""
    held = column.codes >= 0
    return _agreement(column.codes[held], initial[held], len(column.values))


def judged(
    values: Hashes, initial: npt.NDArray[np.int64], holders: npt.NDArray[np.int64] | None = None
) -> tuple[Hashes, npt.NDArray[np.uint8]]:
    """Judge values by how likely two holders with a name are to have one first letter.

    Args:
        values: The value of each holder.
        initial: The first letter of each holder's given name; -1 is unknown.
        holders: How many holders each row stands for; None is one.
    """
    distinct, code = np.unique(values, return_inverse=True)
    return distinct, _agreement(code, initial, len(distinct), holders)


def _agreement(
    code: npt.NDArray[np.integer],
    initial: npt.NDArray[np.int64],
    size: int,
    holders: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.uint8]:
    named = initial >= 0
    key = code[named].astype(np.int64) * 256 + initial[named]
    if holders is None:
        pair, found = np.unique(key, return_counts=True)
        counts = found.astype(float)
    else:
        pair, place = np.unique(key, return_inverse=True)
        counts = np.bincount(place, weights=holders[named].astype(float), minlength=len(pair))
    value = pair // 256
    total = np.bincount(value, weights=counts, minlength=size)
    squares = np.bincount(value, weights=counts**2, minlength=size)
    agreement = np.divide(squares, total**2, out=np.ones(size), where=total > 0)
    level = 1 + np.searchsorted(BOUNDS, -agreement, side="left")
    return level.clip(1, 4).astype(np.uint8)
