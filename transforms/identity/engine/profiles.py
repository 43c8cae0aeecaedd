"""What each value says about who holds it: one person, a household, many; common or rare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine.columns import Codes, Column
from transforms.identity.engine.frame import Frame

Floats = npt.NDArray[np.float32]
# Bounds on the different names under one value, and the level they mean.
BOUNDS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Levels of identifiers and logarithms of relative frequencies, by code.

    Identifiers: 1 one name, 2 two, 3 up to five, 4 more, 5 a role's mailbox. Frequencies are
    beside the mean frequency of an agreement on the field.
    """

    mailbox: npt.NDArray[np.uint8]
    phone: npt.NDArray[np.uint8]
    ext: npt.NDArray[np.uint8]
    given: Floats
    family: Floats
    postcode: Floats
    city: Floats
    company: Floats
    job: Floats
    dob: Floats


def profile(frame: Frame) -> Profiles:
    """Profile a frame's values."""
    names = frame.names
    initial = _initials(frame)
    mailbox = _sharing(frame.mailbox, initial)
    roles = np.zeros(len(frame.mailbox.values), dtype=bool)
    held = frame.role & (frame.mailbox.codes >= 0)
    roles[frame.mailbox.codes[held]] = True
    mailbox[roles] = 5
    size = len(names.words)
    birth = frame.year * 10000 + frame.month * 100 + frame.day
    return Profiles(
        mailbox=mailbox,
        phone=_sharing(frame.phone, initial),
        ext=_sharing(frame.ext, initial),
        given=_commonness(names.given, size),
        family=_commonness(names.family, size),
        postcode=_commonness(frame.postcode.codes, len(frame.postcode.values)),
        city=_commonness(frame.city.codes, len(frame.city.values)),
        company=_commonness(frame.company.codes, len(frame.company.values)),
        job=_commonness(frame.job.codes, len(frame.job.values)),
        dob=_of_births(birth),
    )


def _initials(frame: Frame) -> npt.NDArray[np.int64]:
    """Return the first letter of each record's given name; -1 is unknown."""
    words = frame.names.words
    if not len(words):
        return np.full(frame.count, -1, dtype=np.int64)
    offsets = np.frombuffer(words.buffers()[1], dtype=np.int32)[words.offset : words.offset + len(words) + 1]
    letters = np.frombuffer(words.buffers()[2], dtype=np.uint8)[offsets[:-1]]
    given = frame.names.given
    return np.where(given >= 0, letters[given], -1).astype(np.int64)


def _sharing(column: Column, initial: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    held = (column.codes >= 0) & (initial >= 0)
    distinct = np.unique(column.codes[held].astype(np.int64) * 256 + initial[held])
    many = np.bincount(distinct // 256, minlength=len(column.values))
    return (1 + np.searchsorted(BOUNDS, many)).clip(1, 4).astype(np.uint8)


def _commonness(codes: Codes, size: int) -> Floats:
    counts = np.bincount(codes[codes >= 0], minlength=size).astype(np.float64)
    return _relative(counts)


def _relative(counts: npt.NDArray[np.float64]) -> Floats:
    total = counts.sum()
    if not total:
        return np.zeros(len(counts), dtype=np.float32)
    share = np.maximum(counts, 1) / total
    # Two strangers agree on the field with the sum of squares; on one value v with share(v).
    return np.log(share / (counts * counts).sum() * total * total).astype(np.float32)


def _of_births(birth: npt.NDArray[np.int64]) -> Floats:
    _, inverse, counts = np.unique(birth, return_inverse=True, return_counts=True)
    known = birth > 0
    if not known.any():
        return np.zeros(len(birth), dtype=np.float32)
    share = counts / known.sum()
    mean = (counts[inverse[known]] / known.sum()).mean()
    return np.where(known, np.log(share[inverse] / mean), 0).astype(np.float32)
